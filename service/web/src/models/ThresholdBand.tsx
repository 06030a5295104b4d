// Where a label is called on the rail of probabilities, and between which of them the answer is left open.
import { styled } from "@mui/material/styles";

import type { Standing } from "./read.ts";

const WIDTH = 100;

const Svg = styled("svg")(({ theme: { vars } }) => ({
  display: "block",
  overflow: "visible",
  "& .rail": { fill: vars.palette.ours.textThird, opacity: 0.35 },
  "& .band": { fill: vars.palette.ours.textThird, opacity: 0.7 },
  "& .threshold": { fill: vars.palette.ours.text },
}));

/** The words beside it say the same. */
export function ThresholdBand({ standing }: { standing: Standing }) {
  const threshold = standing.threshold ?? 0;
  const [low, high] = standing.indeterminate ?? [threshold, threshold];
  return (
    <Svg width={WIDTH} height={16} aria-hidden>
      <rect className="rail" y={6.5} width={WIDTH} height={3} rx={1.5} />
      <rect className="band" x={low * WIDTH} y={2} width={Math.max(0, high - low) * WIDTH} height={12} />
      <rect className="threshold" x={threshold * WIDTH - 0.75} y={3} width={1.5} height={10} />
    </Svg>
  );
}
