// The bar over every page: the product, the pages that the person's roles open, and the person.
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { pagesOf } from "../pages.tsx";
import { BAR_REM, GUTTER_PX } from "../theme/tokens.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { SignHelp } from "./icons.tsx";
import { Mark } from "./Mark.tsx";
import { LanguageChoice, ThemeChoice } from "./Preferences.tsx";
import { useSession } from "./sessionContext.ts";

const PageLink = styled(NavLink)(({ theme: { vars } }) => ({
  height: "100%",
  display: "flex",
  alignItems: "center",
  padding: "0 12px",
  fontWeight: 500,
  textDecoration: "none",
  color: vars.palette.ours.textSecond,
  borderBlock: "2px solid transparent",
  "&:hover": { color: vars.palette.ours.text },
  "&[aria-current='page']": { color: vars.palette.ours.text, borderBottomColor: vars.palette.ours.accent },
  "&:focus-visible": { outlineOffset: -2 },
}));

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const { roles } = useSession();
  return (
    <Box
      component="header"
      sx={{
        height: `${BAR_REM}rem`,
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: 3,
        px: `${GUTTER_PX}px`,
        bgcolor: "background.paper",
        borderBottom: 1,
        borderColor: "divider",
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, typography: "h2" }}>
        <Mark />
        {t("product")}
      </Box>
      <Box component="nav" aria-label={t("navigation.label")} sx={{ display: "flex", height: "100%", gap: 0.5 }}>
        {pagesOf(roles).map(
          ({ path, word }) =>
            word && (
              <PageLink key={path} to={`/${path}`}>
                {t(`navigation.${word}`)}
              </PageLink>
            ),
        )}
      </Box>
      <Box sx={{ flex: 1 }} />
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, minWidth: 0 }}>
        <LanguageChoice />
        <ThemeChoice />
        <Tooltip title={t("shortcuts.label")}>
          <IconButton aria-label={t("shortcuts.label")} aria-keyshortcuts="?" onClick={onHelp}>
            <SignHelp />
          </IconButton>
        </Tooltip>
        <AccountMenu />
      </Box>
    </Box>
  );
}
