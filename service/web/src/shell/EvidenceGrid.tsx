// The picture of the sign-in page: evidence as the model has it, 8 x 8 cells, the strongest one outlined.
import { styled } from "@mui/material/styles";

const CELL = 68;
const SIDE = 8;
/** How much a cell raised the score, as a share of the scale; made up, and of nobody. */
const RAISED: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0.1, 0, 0, 0.05, 0, 0],
  [0, 0.05, 0.1, 0, 0, 0.1, 0.05, 0],
  [0, 0.1, 0.05, 0, 0, 0.12, 0.1, 0],
  [0, 0.05, 0, 0, 0.05, 0.2, 0.3, 0.05],
  [0, 0, 0, 0.05, 0.1, 0.45, 0.8, 0.2],
  [0, 0, 0, 0, 0.12, 0.6, 1, 0.35],
  [0, 0, 0, 0, 0.05, 0.2, 0.3, 0.1],
];
const STRONGEST = [6, 6] as const;

const Svg = styled("svg")(({ theme: { vars } }) => ({
  width: "min(34rem, 100%)",
  height: "auto",
  "& .cell": { fill: vars.palette.ours.present },
  "& .empty": { fill: vars.palette.ours.edge },
  "& .strongest": { fill: "none", stroke: vars.palette.ours.text, strokeWidth: 2 },
}));

export function EvidenceGrid() {
  const [row, column] = STRONGEST;
  return (
    <Svg viewBox={`0 0 ${SIDE * CELL} ${SIDE * CELL}`} aria-hidden>
      {RAISED.flatMap((values, y) =>
        values.map((value, x) => (
          <circle
            key={`${x} ${y}`}
            className={value ? "cell" : "empty"}
            cx={(x + 0.5) * CELL}
            cy={(y + 0.5) * CELL}
            // The area, not the radius, says how much.
            r={value ? 4 + Math.sqrt(value) * 20 : 1.8}
            opacity={value ? 0.25 + 0.75 * value : 0.9}
          />
        )),
      )}
      <rect className="strongest" x={column * CELL + 4} y={row * CELL + 4} width={CELL - 8} height={CELL - 8} />
    </Svg>
  );
}
