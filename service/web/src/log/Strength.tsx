// What an officer does not see, and why that is good; and that reading is recorded.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { SignShield } from "../shell/icons.tsx";

/** `isWhole`: there is room for all of it; otherwise only the reminder. */
export function Strength({ isWhole = false }: { isWhole?: boolean }) {
  const { t } = useTranslation();
  if (!isWhole) {
    return (
      <Box sx={{ mt: 3, display: "flex", gap: 1, typography: "second", color: "text.disabled" }}>
        <SignShield />
        <span>{t("log.strength.recorded")}</span>
      </Box>
    );
  }
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1, color: "success.main" }}>
        <SignShield />
        <Typography variant="h2" sx={{ color: "text.primary" }}>
          {t("log.strength.title")}
        </Typography>
      </Box>
      {(["text", "recorded", "choose"] as const).map((part) => (
        <Typography key={part} variant="second" component="p" sx={{ m: 0, mt: 1.5, color: "text.secondary" }}>
          {t(`log.strength.${part}`)}
        </Typography>
      ))}
    </>
  );
}
