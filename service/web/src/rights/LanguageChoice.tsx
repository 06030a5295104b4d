// In which language a document is written: it is for others, and so not always that of the page.
import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useTranslation } from "react-i18next";

import { SignChosen } from "../shell/icons.tsx";
import type { Language } from "./read.ts";

const LANGUAGES = ["en", "pl"] as const;

interface Props {
  label: string;
  value: Language;
  onChange: (language: Language) => void;
}

export function LanguageChoice({ label, value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ typography: "h3", color: "text.secondary", mb: 0.5, p: 0 }}>
        {label}
      </Box>
      <ToggleButtonGroup
        exclusive
        value={value}
        aria-label={label}
        onChange={(_, language: Language | null) => {
          if (language !== null) onChange(language);
        }}
      >
        {LANGUAGES.map((language) => (
          <ToggleButton
            key={language}
            value={language}
            sx={{
              height: "2rem",
              px: 1.5,
              gap: 0.75,
              textTransform: "none",
              fontWeight: 500,
              borderColor: "ours.edge",
              color: "text.secondary",
              "&.Mui-selected, &.Mui-selected:hover": { bgcolor: "ours.selected", color: "text.primary" },
            }}
          >
            {value === language && <SignChosen />}
            {t(`rights.document.${language}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}
