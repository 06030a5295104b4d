// A short piece of a chart's line, for its legend.
import { styled } from "@mui/material/styles";

import { lineLooks, type Series } from "./TimeChart.tsx";

const Svg = styled("svg")(({ theme: { vars } }) => ({ flex: "none", ...lineLooks(vars.palette.ours) }));

export function LineSample({ look }: { look: Series["look"] }) {
  return (
    <Svg width={24} height={10} aria-hidden>
      <path className={`line ${look}`} d="M0 5H24" />
    </Svg>
  );
}
