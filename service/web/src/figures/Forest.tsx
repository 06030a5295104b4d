// A figure with its interval on an axis, beside a rival's: what a number is worth is seen at once, and read beside it.
import { styled } from "@mui/material/styles";

import type { Interval } from "./useFigures.ts";

const HEIGHT = 22;
const MIDDLE = HEIGHT / 2;

const Svg = styled("svg")(({ theme: { vars } }) => ({
  display: "block",
  width: "100%",
  overflow: "visible",
  "& .chance": { stroke: vars.palette.ours.textThird, strokeDasharray: "2 3" },
  "& .interval": { stroke: "currentColor", strokeWidth: 2 },
  "& .point": { fill: "currentColor" },
  "& .rival": { fill: vars.palette.ours.panel, stroke: vars.palette.ours.accent, strokeWidth: 1.6 },
}));

interface Props {
  figure: Interval | null;
  rival: number | null;
  /** The ends of the axis. */
  from: number;
  to: number;
  /** Where nothing is known. */
  chance: number;
}

/** Drawn in the colour of its text; a reader who listens has the numbers in the cell beside it. */
export function Forest({ figure, rival, from, to, chance }: Props) {
  const place = (value: number) => `${((Math.max(from, Math.min(to, value)) - from) / (to - from)) * 100}%`;
  return (
    <Svg height={HEIGHT} aria-hidden>
      <line className="chance" x1={place(chance)} x2={place(chance)} y1={-12} y2={HEIGHT + 12} />
      {figure && (
        <>
          <line className="interval" x1={place(figure.low)} x2={place(figure.high)} y1={MIDDLE} y2={MIDDLE} />
          <svg x={place(figure.value)} y={MIDDLE} overflow="visible">
            <rect className="point" x={-4} y={-4} width={8} height={8} />
          </svg>
        </>
      )}
      {rival !== null && (
        <svg x={place(rival)} y={MIDDLE} overflow="visible">
          <path className="rival" d="M0-8 4.5 0 0 8-4.5 0Z" />
        </svg>
      )}
    </Svg>
  );
}

const AxisSvg = styled("svg")(({ theme: { vars, typography } }) => ({
  display: "block",
  width: "100%",
  overflow: "visible",
  "& text": { ...typography.caption, fill: vars.palette.ours.textThird },
}));

interface AxisProps {
  from: number;
  to: number;
  marks: readonly { value: number; word: string }[];
}

export function ForestAxis({ from, to, marks }: AxisProps) {
  return (
    <AxisSvg height={16} aria-hidden>
      {marks.map(({ value, word }) => (
        <text key={value} x={`${((value - from) / (to - from)) * 100}%`} y={12} textAnchor="middle">
          {word}
        </text>
      ))}
    </AxisSvg>
  );
}

/** The rival's sign alone, for a legend. */
export function RivalSample() {
  return (
    <Svg height={18} viewBox="-6 -9 12 18" aria-hidden sx={{ width: 12, flex: "none" }}>
      <path className="rival" d="M0-8 4.5 0 0 8-4.5 0Z" />
    </Svg>
  );
}
