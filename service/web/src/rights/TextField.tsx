// A field that somebody types into: its word, what is wrong with it, and nothing that a browser would keep or send elsewhere.
import { useEffect, useRef } from "react";
import Box from "@mui/material/Box";
import OutlinedInput from "@mui/material/OutlinedInput";

import { SignClear } from "../shell/icons.tsx";

interface Props {
  id: string;
  word: string;
  /** Beside the word, quieter. */
  more?: string | undefined;
  type?: "text" | "date" | "datetime-local";
  value: string;
  wrong?: string | null | undefined;
  /** Several lines of characters of one width. */
  isKeys?: boolean;
  isFirst?: boolean;
  onChange: (value: string) => void;
}

export function TextField({
  id,
  word,
  more,
  type = "text",
  value,
  wrong,
  isKeys = false,
  isFirst = false,
  onChange,
}: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wrong && isFirst) input.current?.focus();
  }, [wrong, isFirst]);
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box component="label" htmlFor={id} sx={{ display: "block", typography: "h3", color: "text.secondary", mb: 0.5 }}>
        {word}{" "}
        {more && (
          <Box component="span" sx={{ fontWeight: 400, color: "text.disabled" }}>
            {more}
          </Box>
        )}
      </Box>
      <OutlinedInput
        fullWidth
        id={id}
        type={type}
        value={value}
        error={Boolean(wrong)}
        inputRef={input}
        multiline={isKeys}
        {...(isKeys ? { minRows: 2, maxRows: 8 } : {})}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{
          input: {
            autoComplete: "off",
            spellCheck: false,
            autoCapitalize: "off",
            dir: "auto",
            "aria-invalid": Boolean(wrong),
            "aria-describedby": wrong ? `${id}-wrong` : undefined,
          },
        }}
        sx={{
          ...(isKeys && { p: 0, "& textarea": { p: "6px 10px", fontFamily: "monospace", fontSize: "0.8125rem" } }),
          ...(type !== "text" && {
            "& input": { px: 1, colorScheme: "dark", "[data-theme='light'] &": { colorScheme: "light" } },
          }),
        }}
      />
      <Wrong id={`${id}-wrong`}>{wrong}</Wrong>
    </Box>
  );
}

/** What is wrong, where it is; said at once to who listens. */
export function Wrong({ id, children }: { id?: string; children: React.ReactNode }) {
  return (
    <Box role="alert" id={id} sx={{ typography: "second", color: "error.main" }}>
      {children && (
        <Box sx={{ mt: 0.5, display: "flex", gap: 0.5 }}>
          <Box component="span" sx={{ pt: "1px" }}>
            <SignClear />
          </Box>
          <span>{children}</span>
        </Box>
      )}
    </Box>
  );
}
