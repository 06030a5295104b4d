// The places where the log is not what was signed, each with the way there.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client.ts";
import { en } from "../words/en.ts";

type Kind = keyof (typeof en)["log"]["verify"]["defect"];
const isKind = (kind: string): kind is Kind => Object.hasOwn(en.log.verify.defect, kind);

interface Props {
  defects: readonly Schemas["AuditDefect"][];
  number: (value: number) => string;
  onShow: (index: number) => void;
}

export function Defects({ defects, number, onShow }: Props) {
  const { t } = useTranslation();
  const placeOf = ({ first, last }: Schemas["AuditDefect"]) =>
    first === null
      ? t("log.verify.nowhere")
      : last === null || last === first
        ? t("log.verify.entry", { first: number(first) })
        : t("log.verify.entries", { first: number(first), last: number(last) });
  return (
    <>
      <Typography variant="h3" sx={{ mt: 1, color: "text.secondary" }}>
        {t("log.verify.defects")}
      </Typography>
      <Box
        component="ul"
        tabIndex={0}
        aria-label={t("log.verify.defects")}
        sx={{ m: 0, mt: 0.5, p: 0, listStyle: "none", maxHeight: "8.5rem", overflow: "auto" }}
      >
        {defects.map((defect, at) => (
          <Box
            key={at}
            component="li"
            sx={{
              display: "grid",
              gridTemplateColumns: "14rem 12rem 1fr auto",
              gap: 2,
              alignItems: "center",
              minHeight: "2rem",
            }}
          >
            <Box component="span" sx={{ fontWeight: 600 }}>
              {placeOf(defect)}
            </Box>
            <Box component="span" sx={{ color: "error.main" }}>
              {isKind(defect.kind) ? t(`log.verify.defect.${defect.kind}`) : defect.kind}
            </Box>
            <Box
              component="span"
              lang="en"
              title={defect.meaning}
              sx={{
                typography: "second",
                color: "text.disabled",
                overflow: "hidden",
                textOverflow: "ellipsis",
                whiteSpace: "nowrap",
              }}
            >
              {defect.meaning}
            </Box>
            {defect.first === null ? (
              <span />
            ) : (
              <Button
                size="small"
                variant="text"
                onClick={() => onShow(defect.first ?? 0)}
                sx={{ minHeight: "1.625rem" }}
              >
                {t("log.verify.show")}
              </Button>
            )}
          </Box>
        ))}
      </Box>
    </>
  );
}
