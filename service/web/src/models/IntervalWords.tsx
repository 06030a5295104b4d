// A figure in a table: the number, and its interval quieter beside it.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { type Interval, useFigures } from "../figures/useFigures.ts";

interface Props {
  figure: Interval | null | undefined;
  digits?: number;
  /** A difference: its sign is said. */
  isChange?: boolean;
}

export function IntervalWords({ figure, digits = 2, isChange = false }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  if (!figure) return <Box sx={{ color: "text.disabled" }}>–</Box>;
  const fixed = (value: number) => figures.fixed(value, digits, isChange);
  return (
    <>
      <span aria-hidden>
        {fixed(figure.value)}{" "}
        <Box component="span" sx={{ color: "text.disabled" }}>
          {isChange ? figures.changeRange(figure, digits) : figures.range(figure, digits)}
        </Box>
      </span>
      <Box component="span" sx={visuallyHidden}>
        {t("figures.interval", { value: fixed(figure.value), low: fixed(figure.low), high: fixed(figure.high) })}
      </Box>
    </>
  );
}
