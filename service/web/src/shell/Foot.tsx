// The line under every page: what Diafan may be used for, and whose the decision is.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { FOOT_REM, GUTTER_PX } from "../theme/tokens.ts";
import { useSession } from "./sessionContext.ts";

/** The default of the setting, which is translated; a site's own words are shown as they are. */
const DEFAULT_USE = "research use, not for diagnosis";

export function Foot() {
  const { t, i18n } = useTranslation();
  const { intended_use: use, version } = useSession();
  const words = use === DEFAULT_USE ? t("signIn.use") : use.charAt(0).toLocaleUpperCase(i18n.language) + use.slice(1);
  return (
    <Box
      component="footer"
      sx={{
        height: `${FOOT_REM}rem`,
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: 2,
        px: `${GUTTER_PX}px`,
        typography: "caption",
        color: "text.secondary",
        bgcolor: "background.paper",
        borderTop: 1,
        borderColor: "divider",
        whiteSpace: "nowrap",
        overflow: "hidden",
      }}
    >
      <Box component="strong" sx={{ fontWeight: 600, color: "ours.present" }}>
        {words}
      </Box>
      <span>
        {t("supports")} {t("decision")}
      </span>
      <Box sx={{ flex: 1 }} />
      <Box component="span" sx={{ color: "text.disabled" }}>
        {t("product")} {version}
      </Box>
    </Box>
  );
}
