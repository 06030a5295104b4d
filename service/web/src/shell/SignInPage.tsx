// The door: one thing to do, and what Diafan is for.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { signInAddress } from "../api/session.ts";
import { EvidenceGrid } from "./EvidenceGrid.tsx";
import { SignGo } from "./icons.tsx";
import { Mark } from "./Mark.tsx";
import { LanguageChoice, ThemeChoice } from "./Preferences.tsx";
import { usePageTitle } from "./usePageTitle.ts";

/** `ended`: there was a session; `next`: where the person wanted to go. */
export function SignInPage({ ended, next }: { ended: boolean; next: string }) {
  const { t } = useTranslation();
  usePageTitle(t("signIn.title"));
  return (
    <Box
      component="main"
      sx={{ height: "100%", display: "grid", gridTemplateColumns: { xs: "1fr", md: "minmax(30rem, 44%) 1fr" } }}
    >
      <Box
        sx={{
          overflow: "auto",
          display: "grid",
          alignContent: "center",
          px: "clamp(2rem, 12%, 9rem)",
          py: 4,
          bgcolor: "background.paper",
          borderRight: 1,
          borderColor: "divider",
        }}
      >
        <Box sx={{ maxWidth: "26rem" }}>
          <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, typography: "h1" }}>
            <Mark size="1.875rem" />
            {t("product")}
          </Box>
          <Typography variant="display" component="h1" sx={{ mt: 5, textWrap: "balance" }}>
            {t("signIn.claim")}
          </Typography>
          <Typography sx={{ mt: 2, fontSize: "1rem", lineHeight: 1.5, color: "text.secondary" }}>
            {t(ended ? "signIn.ended" : "signIn.how")}
          </Typography>
          <Button variant="contained" size="large" href={signInAddress(next)} endIcon={<SignGo />} sx={{ mt: 4 }}>
            {t("signIn.button")}
          </Button>
          <Box sx={{ mt: 8, pl: 1.75, borderLeft: 3, borderColor: "ours.present" }}>
            <Typography sx={{ fontWeight: 600, color: "ours.present" }}>{t("signIn.use")}</Typography>
            <Typography sx={{ color: "text.secondary" }}>{t("supports")}</Typography>
          </Box>
          <Box sx={{ mt: 3, ml: -1, display: "flex", alignItems: "center", gap: 1 }}>
            <LanguageChoice full />
            <ThemeChoice />
          </Box>
        </Box>
      </Box>
      <Box
        sx={{ display: { xs: "none", md: "grid" }, placeContent: "center", justifyItems: "center", p: 6, minWidth: 0 }}
      >
        <EvidenceGrid />
        <Typography
          variant="second"
          sx={{ mt: 2.5, maxWidth: "34rem", color: "text.disabled", textWrap: "balance", textAlign: "center" }}
        >
          {t("signIn.caption")}
        </Typography>
      </Box>
    </Box>
  );
}
