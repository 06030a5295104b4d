// A day as one line, beside the number that it leads to; the chart below has its values.
import { styled } from "@mui/material/styles";

import { pathOf } from "../figures/scale.ts";

const WIDTH = 288;
const HEIGHT = 32;

const Svg = styled("svg")(({ theme: { vars } }) => ({
  display: "block",
  width: "100%",
  height: "2.25rem",
  overflow: "visible",
  "& .line": {
    fill: "none",
    stroke: vars.palette.ours.textSecond,
    strokeWidth: 1.4,
    vectorEffect: "non-scaling-stroke",
  },
  "& .ground": { stroke: vars.palette.ours.line, strokeWidth: 1, vectorEffect: "non-scaling-stroke" },
}));

/** Draws `values` (oldest first, pairs of them added up), scaled to the largest. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const pairs = Array.from({ length: Math.ceil(values.length / 2) }, (_, at) =>
    Math.max(0, (values[2 * at] ?? 0) + (values[2 * at + 1] ?? 0)),
  );
  const most = Math.max(1, ...pairs);
  const points = pairs.map(
    (value, at) => [(at / Math.max(1, pairs.length - 1)) * WIDTH, HEIGHT - (value / most) * (HEIGHT - 3)] as const,
  );
  return (
    <Svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      <line className="ground" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      <path className="line" d={pathOf(points)} />
    </Svg>
  );
}
