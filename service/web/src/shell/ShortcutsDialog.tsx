// The help on keys: what the page that is open listens to.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { Key } from "./Key.tsx";
import { useShortcutBoard } from "./shortcuts.tsx";

const PLACES = ["everywhere", "inList", "inStudy"] as const;
const NAMED: Record<string, "up" | "down" | "home" | "end" | "enter" | "escape" | "delete" | "space"> = {
  PageUp: "up",
  PageDown: "down",
  Home: "home",
  End: "end",
  Enter: "enter",
  Escape: "escape",
  Delete: "delete",
  " ": "space",
};
const ARROWS: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { shown, single, setSingle } = useShortcutBoard();
  const nameOf = (key: string) => (NAMED[key] ? t(`shortcuts.${NAMED[key]}`) : (ARROWS[key] ?? key));
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="shortcuts-title" maxWidth="sm">
      <Typography id="shortcuts-title" variant="h1">
        {t("shortcuts.label")}
      </Typography>
      {PLACES.filter((place) => shown.some(({ where }) => where === place)).map((place) => (
        <Box key={place} component="section" sx={{ mt: 2.5 }}>
          <Typography variant="h3" component="h2" sx={{ color: "text.disabled", mb: 0.5 }}>
            {t(`shortcuts.${place}`)}
          </Typography>
          <Box component="dl" sx={{ m: 0, display: "grid", gridTemplateColumns: "10rem 1fr", rowGap: 0.75 }}>
            {shown
              .filter(({ where }) => where === place)
              .map(({ keys, word }) => (
                <Box key={word} sx={{ display: "contents" }}>
                  <Box component="dt" sx={{ display: "flex", gap: 0.5 }}>
                    {keys.map((key) => (
                      <Key key={key}>{nameOf(key)}</Key>
                    ))}
                  </Box>
                  <Box component="dd" sx={{ m: 0 }}>
                    {t(`shortcuts.${word}`)}
                  </Box>
                </Box>
              ))}
          </Box>
        </Box>
      ))}
      <FormControlLabel
        sx={{ mt: 3, alignItems: "flex-start", ml: "-9px" }}
        control={<Checkbox size="small" checked={single} onChange={(_, on) => setSingle(on)} sx={{ mt: "-8px" }} />}
        label={
          <>
            {t("shortcuts.single")}
            <Typography variant="second" component="span" sx={{ display: "block", color: "text.secondary" }}>
              {t("shortcuts.singleHelp")}
            </Typography>
          </>
        }
      />
      <Button sx={{ mt: 2, alignSelf: "flex-end" }} onClick={onClose}>
        {t("close")}
      </Button>
    </Dialog>
  );
}
