// Who is here, and the ways out.
import { useState } from "react";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { signOut } from "../api/session.ts";
import { SignMore, SignUser } from "./icons.tsx";
import { useSession } from "./sessionContext.ts";

export function AccountMenu() {
  const { t } = useTranslation();
  const { name, roles } = useSession();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const leave = (everywhere: boolean) => {
    setAnchor(null);
    // Where nobody answers, the notice says so; the session is still there, and so is the page.
    signOut(everywhere).catch(() => undefined);
  };
  return (
    <>
      <ButtonBase
        id="account"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-controls={anchor ? "account-menu" : undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ height: "2rem", px: 1, gap: 1, borderRadius: 1, minWidth: 0, "&:hover": { bgcolor: "action.hover" } }}
      >
        <SignUser />
        <Box component="span" sx={visuallyHidden}>
          {t("account.label")}
        </Box>
        <Box
          component="span"
          sx={{ maxWidth: "16rem", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
        >
          {name}
        </Box>
        <Box
          component="span"
          sx={{ color: "text.disabled", display: { xs: "none", lg: "inline" }, whiteSpace: "nowrap" }}
        >
          {roles.map((role) => t(`role.${role}`)).join(", ")}
        </Box>
        <SignMore />
      </ButtonBase>
      <Menu
        id="account-menu"
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{ list: { "aria-labelledby": "account" } }}
      >
        <MenuItem onClick={() => leave(false)}>{t("account.signOut")}</MenuItem>
        <MenuItem onClick={() => leave(true)}>{t("account.signOutEverywhere")}</MenuItem>
      </Menu>
    </>
  );
}
