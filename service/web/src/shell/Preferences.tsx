// Language and theme: the reader's own, kept in this browser.
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useColorScheme } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { type Language, LANGUAGES, NAMES, speak } from "../words/words.ts";
import { SignMoon, SignSun } from "./icons.tsx";

/** Two buttons, each in its own language; `full`: by name instead of by code. */
export function LanguageChoice({ full = false }: { full?: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <Box role="group" aria-label={t("language.label")} sx={{ display: "flex" }}>
      {LANGUAGES.map((language: Language) => {
        const on = i18n.language === language;
        return (
          <ButtonBase
            key={language}
            lang={language}
            aria-pressed={on}
            onClick={() => void speak(language)}
            sx={{
              typography: "second",
              height: "2rem",
              minWidth: "2rem",
              px: full ? 1 : 0.5,
              borderRadius: 1,
              fontWeight: on ? 600 : 400,
              color: on ? "text.primary" : "text.disabled",
              "&:hover": { color: "text.primary" },
            }}
          >
            {full ? (
              NAMES[language]
            ) : (
              <>
                {language.toUpperCase()}
                <Box component="span" sx={visuallyHidden}>
                  {" "}
                  {NAMES[language]}
                </Box>
              </>
            )}
          </ButtonBase>
        );
      })}
    </Box>
  );
}

export function ThemeChoice() {
  const { t } = useTranslation();
  const { mode, setMode } = useColorScheme();
  const isLight = mode === "light";
  const word = t(isLight ? "theme.toDark" : "theme.toLight");
  return (
    <Tooltip title={word}>
      <IconButton aria-label={word} onClick={() => setMode(isLight ? "dark" : "light")}>
        {isLight ? <SignMoon /> : <SignSun />}
      </IconButton>
    </Tooltip>
  );
}
