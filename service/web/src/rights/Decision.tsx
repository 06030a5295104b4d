// A decision between two ways, each with what speaks for it.
import { useId } from "react";
import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";

import { SignWarning } from "../shell/icons.tsx";

interface Way {
  value: string;
  word: string;
  help?: string;
  /** Chosen, it opens more than is needed as a rule. */
  isGrave?: boolean;
}

interface Props {
  label: string;
  ways: readonly Way[];
  value: string;
  onChange: (value: string) => void;
}

export function Decision({ label, ways, value, onChange }: Props) {
  const id = useId();
  return (
    <RadioGroup aria-label={label} value={value} onChange={(_, chosen) => onChange(chosen)} sx={{ gap: 1, mt: 1 }}>
      {ways.map(({ value: own, word, help, isGrave }) => {
        const isOpen = Boolean(isGrave) && own === value;
        return (
          <div key={own}>
            <FormControlLabel
              value={own}
              control={
                <Radio
                  size="small"
                  slotProps={{ input: { "aria-describedby": help ? `${id}${own}` : undefined } }}
                  sx={{ p: 0.5, mr: 0.5 }}
                />
              }
              label={word}
              sx={{ ml: "-4px" }}
            />
            {help && (
              <Box
                id={`${id}${own}`}
                sx={{
                  ml: "1.625rem",
                  display: "flex",
                  gap: 0.75,
                  typography: "second",
                  color: isOpen ? "warning.main" : "text.secondary",
                }}
              >
                {isOpen && (
                  <Box component="span" sx={{ pt: "1px" }}>
                    <SignWarning />
                  </Box>
                )}
                <span>{help}</span>
              </Box>
            )}
          </div>
        );
      })}
    </RadioGroup>
  );
}
