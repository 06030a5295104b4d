// The models on this machine, to go from one to another; which one answers is said, and which was never evaluated.
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { SignDelivered } from "../shell/icons.tsx";
import { type Model, titleOf } from "./read.ts";

const ModelLink = styled(Link)(({ theme: { vars } }) => ({
  display: "flex",
  alignItems: "center",
  gap: 8,
  minHeight: "2rem",
  padding: "0 12px",
  borderRadius: 4,
  border: `1px solid ${vars.palette.ours.line}`,
  color: vars.palette.ours.textSecond,
  textDecoration: "none",
  overflowWrap: "anywhere",
  "&:hover": { backgroundColor: vars.palette.ours.raised, color: vars.palette.ours.text },
  "&[aria-current='page']": {
    borderColor: vars.palette.ours.accent,
    backgroundColor: vars.palette.ours.selected,
    color: vars.palette.ours.text,
    fontWeight: 500,
  },
}));

/** The address names a model by its digest, which is nobody's secret. */
export const addressOf = (digest: string) => `?model=${digest}`;

export function ModelNav({ models, shown }: { models: readonly Model[]; shown: Model }) {
  const { t } = useTranslation();
  return (
    <Box
      component="nav"
      aria-label={t("models.onThisMachine")}
      sx={{ display: "flex", flexWrap: "wrap", gap: 1, pt: 1.75 }}
    >
      {models.map((model) => (
        <ModelLink key={model.digest} to={addressOf(model.digest)} aria-current={model === shown ? "page" : undefined}>
          {titleOf(model)}
          {model.in_use && (
            <Box component="span" sx={{ display: "flex", alignItems: "center", gap: 0.5, color: "success.main" }}>
              <SignDelivered />
              {t("models.inUse")}
            </Box>
          )}
          {!model.evaluated && (
            <Box component="span" sx={{ color: "text.disabled" }}>
              {t("models.notEvaluatedMark")}
            </Box>
          )}
        </ModelLink>
      ))}
      {models.length === 1 && (
        <Box component="span" sx={{ alignSelf: "center", typography: "second", color: "text.disabled" }}>
          {t("models.only")}
        </Box>
      )}
    </Box>
  );
}
