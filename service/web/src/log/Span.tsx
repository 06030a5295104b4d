// From one day to another, both included.
import OutlinedInput from "@mui/material/OutlinedInput";
import { useTranslation } from "react-i18next";

import { isWhen, type When } from "./wanted.ts";

interface Props {
  first: string;
  last: string;
  onSpan: (when: When) => void;
}

export function Span({ first, last, onSpan }: Props) {
  const { t } = useTranslation();
  const field = (word: string, value: string, spanOf: (day: string) => string) => (
    <OutlinedInput
      type="date"
      value={value}
      onChange={(event) => {
        const span = spanOf(event.target.value);
        // A day that is half typed is none yet.
        if (event.target.value && isWhen(span)) onSpan(span);
      }}
      slotProps={{ input: { "aria-label": word, min: "2020-01-01", max: "9999-12-31" } }}
      sx={{
        width: "8.75rem",
        "& input": { px: 1, colorScheme: "dark", "[data-theme='light'] &": { colorScheme: "light" } },
      }}
    />
  );
  return (
    <>
      {field(t("log.filter.from"), first, (day) => `${day}..${last}`)}
      {field(t("log.filter.to"), last, (day) => `${first}..${day}`)}
    </>
  );
}
