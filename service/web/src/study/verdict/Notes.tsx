// What stands between a draft and its signature, or has happened meanwhile; with the way on.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

interface Props {
  tone?: "plain" | "warning";
  text: string;
  /** What somebody wrote, as they wrote it. */
  quote?: string;
  children?: React.ReactNode;
}

export function Note({ tone = "plain", text, quote, children }: Props) {
  const { t } = useTranslation();
  return (
    <Box
      role={tone === "warning" ? "alert" : "status"}
      sx={{
        my: 1,
        p: "8px 12px",
        border: 1,
        borderRadius: 1,
        borderColor: tone === "warning" ? "ours.present" : "divider",
        bgcolor: "background.paper",
        typography: "second",
      }}
    >
      {text}
      {quote && (
        <Box
          component="blockquote"
          aria-label={t("study.verdict.quoted")}
          sx={{
            m: 0,
            mt: 0.5,
            pl: 1.25,
            borderLeft: 2,
            borderColor: "ours.edge",
            color: "text.secondary",
            whiteSpace: "pre-wrap",
            overflowWrap: "anywhere",
          }}
        >
          {quote}
        </Box>
      )}
      {children && <Box sx={{ mt: 1, display: "flex", flexWrap: "wrap", gap: 1 }}>{children}</Box>}
    </Box>
  );
}
