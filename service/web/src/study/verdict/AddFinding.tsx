// A finding that the model missed, or does not know: any of the labels that the verdict does not speak of yet.
import { useState } from "react";
import Button from "@mui/material/Button";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useTranslation } from "react-i18next";

import { type Label, LABELS } from "../../findings/call.ts";

export function AddFinding({ listed, onAdd }: { listed: readonly Label[]; onAdd: (label: Label) => void }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const rest = LABELS.filter((label) => !listed.includes(label));
  return (
    <>
      <Button
        id="add-finding"
        variant="text"
        disabled={rest.length === 0}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        sx={{ ml: "auto" }}
      >
        {t("study.verdict.add")}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "top", horizontal: "right" }}
        transformOrigin={{ vertical: "bottom", horizontal: "right" }}
        slotProps={{ list: { "aria-labelledby": "add-finding" } }}
      >
        {rest.map((label) => (
          <MenuItem
            key={label}
            onClick={() => {
              setAnchor(null);
              onAdd(label);
            }}
          >
            {t(`label.${label}`)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
