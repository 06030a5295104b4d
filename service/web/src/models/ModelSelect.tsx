// Choosing one of several models.
import { useId } from "react";
import MenuItem from "@mui/material/MenuItem";
import Box from "@mui/material/Box";
import Select from "@mui/material/Select";
import { useTranslation } from "react-i18next";

import { SignMore } from "../shell/icons.tsx";
import { type Model, titleOf } from "./read.ts";

export const SELECT_ICON = {
  "& .MuiSelect-icon": { right: 10, top: "calc(50% - 0.5rem)", color: "text.secondary" },
} as const;

interface Props {
  word: string;
  models: readonly Model[];
  value: string;
  disabled?: boolean;
  onChange: (digest: string) => void;
}

export function ModelSelect({ word, models, value, disabled = false, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
      <Box component="label" id={id}>
        {word}
      </Box>
      <Select
        value={value}
        labelId={id}
        disabled={disabled}
        onChange={({ target }) => onChange(target.value)}
        IconComponent={SignMore}
        sx={{ minWidth: "18rem", ...SELECT_ICON }}
      >
        {models.map((model) => (
          <MenuItem key={model.digest} value={model.digest}>
            {titleOf(model)}
            {!model.evaluated && ` · ${t("models.notEvaluatedMark")}`}
          </MenuItem>
        ))}
      </Select>
    </Box>
  );
}
