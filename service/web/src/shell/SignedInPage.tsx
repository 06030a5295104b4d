// Where the tab comes back to in which somebody signed in again: it tells the others, and closes.
import { useEffect } from "react";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { tellTabs } from "../api/session.ts";
import { Centred } from "./Centred.tsx";
import { usePageTitle } from "./usePageTitle.ts";

export function SignedInPage() {
  const { t } = useTranslation();
  usePageTitle(t("signedIn.title"));
  useEffect(() => {
    tellTabs("signed-in");
    window.close();
  }, []);
  return (
    <Centred isPage role="status" title={t("signedIn.title")} text={t("signedIn.text")}>
      <Button href="/app/">{t("signedIn.goOn")}</Button>
    </Centred>
  );
}
