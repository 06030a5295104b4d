// A radiograph that could not be shown: why, and the server's own picture as a way out.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { Failure } from "../../shell/Failure.tsx";
import { Centred } from "../../shell/Centred.tsx";
import { NotDrawableError } from "./viewer.ts";

const Drawn = styled("img")({ maxWidth: "100%", maxHeight: "100%", objectFit: "contain" });

interface Props {
  error: unknown;
  imageId: string;
  /** Whose picture the server can draw; null: it has none. */
  label: Label | null;
  isExploratory: boolean;
  onRetry: () => void;
}

export function Failing({ error, imageId, label, isExploratory, onRetry }: Props) {
  const { t } = useTranslation();
  const [drawn, setDrawn] = useState<Label | null>(null);
  if (!(error instanceof NotDrawableError))
    return <Failure error={error} title={t("study.image.failed")} onRetry={onRetry} />;
  if (drawn !== null && drawn === label) {
    const address = `/images/${imageId}/explanations/${encodeURIComponent(label)}${isExploratory ? "?exploratory=true" : ""}`;
    return (
      <Box sx={{ height: "100%", display: "grid", placeItems: "center", minHeight: 0 }}>
        <Drawn src={address} alt={t("study.image.serverPicture", { label: t(`label.${label}`) })} />
      </Box>
    );
  }
  return (
    <Centred role="alert" title={t(`study.image.${error.why}`)} text={t("study.image.wayOut")}>
      {label && <Button onClick={() => setDrawn(label)}>{t("study.image.showServerPicture")}</Button>}
      <Button variant="text" onClick={onRetry}>
        {t("tryAgain")}
      </Button>
    </Centred>
  );
}
