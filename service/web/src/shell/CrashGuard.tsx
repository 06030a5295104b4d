// A page that fails takes no other part of the program with it.
import Button from "@mui/material/Button";
import { Component } from "react";
import { useTranslation } from "react-i18next";

import { Centred } from "./Centred.tsx";

export class CrashGuard extends Component<{ children: React.ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const { t } = useTranslation();
  return (
    <Centred role="alert" title={t("failure.crashed")} text={t("failure.crashedDetail")}>
      <Button onClick={() => window.location.reload()}>{t("failure.reload")}</Button>
    </Centred>
  );
}
