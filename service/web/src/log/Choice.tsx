// One of several, named by what it is for: "When: today".
import Box from "@mui/material/Box";
import Select from "@mui/material/Select";

import { SignMore } from "../shell/icons.tsx";

interface Props {
  word: string;
  value: string;
  /** What is chosen, in words. */
  shown: string;
  isSet: boolean;
  onChange: (value: string) => void;
  /** MenuItems and ListSubheaders. */
  children: React.ReactNode;
}

export function Choice({ word, value, shown, isSet, onChange, children }: Props) {
  return (
    <Select
      displayEmpty
      value={value}
      IconComponent={SignMore}
      inputProps={{ "aria-label": word }}
      onChange={(event) => onChange(event.target.value)}
      renderValue={() => (
        <>
          <Box component="span" sx={{ color: "text.secondary", whiteSpace: "pre" }}>
            {word}:{" "}
          </Box>
          <Box
            component="span"
            sx={{ fontWeight: isSet ? 600 : 400, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
          >
            {shown}
          </Box>
        </>
      )}
      MenuProps={{ slotProps: { paper: { sx: { maxHeight: "min(36rem, 80vh)" } } } }}
      sx={{
        maxWidth: "16rem",
        "& .MuiSelect-icon": { right: 10, top: "calc(50% - 0.5rem)", color: "text.secondary" },
        "& .MuiSelect-select.MuiInputBase-input": { pr: "34px" },
      }}
    >
      {children}
    </Select>
  );
}
