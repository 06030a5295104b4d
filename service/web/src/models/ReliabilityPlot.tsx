// What was said against what was found: each tenth of the images as a point with its interval, and the line where both agree.
import { useState } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import type { Bin } from "./evaluation.ts";

const SIDE = 250;
const LEFT = 36;
const BOTTOM = 26;
const PAD = 8;
/** Rare findings have small probabilities: the axes end where the points do. */
const ENDS = [0.1, 0.25, 0.5, 1] as const;

const Svg = styled("svg")(({ theme: { vars, typography } }) => ({
  display: "block",
  width: "100%",
  height: "auto",
  overflow: "visible",
  "& text": { ...typography.caption, fill: vars.palette.ours.textThird },
  "& .frame": { fill: "none", stroke: vars.palette.ours.line },
  "& .agreement": { stroke: vars.palette.ours.textThird, strokeDasharray: "3 3" },
  "& .interval": { stroke: vars.palette.ours.textSecond, strokeWidth: 1.5 },
  "& .point": { fill: vars.palette.ours.text },
  "& .chosen": { fill: vars.palette.ours.accent, stroke: vars.palette.ours.accent, strokeWidth: 2 },
}));

interface Props {
  label: string;
  bins: readonly Bin[];
  /** Said under the plot while a point is looked at; null: none is. */
  onLook: (words: string | null) => void;
}

export function ReliabilityPlot({ label, bins, onLook }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [chosen, setChosen] = useState<number | null>(null);
  const side = SIDE - LEFT - PAD;
  const most = Math.max(...bins.map(({ probability, share }) => Math.max(probability, share.high)));
  const end = ENDS.find((one) => most <= one) ?? 1;
  const marks = [0, end / 2, end];
  const digits = end === 1 ? 1 : end === 0.25 ? 3 : 2;
  const x = (value: number) => LEFT + (value / end) * side;
  const y = (value: number) => PAD + (1 - value / end) * side;
  const last = bins.length - 1;
  const speak = (at: number) => {
    const bin = bins[at];
    if (!bin) return "";
    return t("models.calibration.point", {
      said: figures.fixed(bin.probability),
      found: figures.fixed(bin.share.value),
      range: figures.range(bin.share),
      images: t("models.calibration.images", { count: bin.images }),
    });
  };
  const move = (to: number | null) => {
    const at = to === null ? null : Math.max(0, Math.min(last, to));
    setChosen(at);
    onLook(at === null ? null : speak(at));
  };
  const onKey = (event: React.KeyboardEvent) => {
    const at = chosen ?? 0;
    const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: last }[
      event.key
    ];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(to);
  };
  const nearest = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const said = ((event.clientX - box.left) / box.width) * SIDE;
    const distances = bins.map((bin) => Math.abs(x(bin.probability) - said));
    return distances.indexOf(Math.min(...distances));
  };
  return (
    <Box
      role="slider"
      tabIndex={0}
      aria-label={t("models.calibration.plot", { label, count: bins.length })}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={chosen ?? 0}
      aria-valuetext={speak(chosen ?? 0)}
      onKeyDown={onKey}
      onFocus={() => move(chosen ?? 0)}
      onBlur={() => move(null)}
      onPointerMove={(event) => move(nearest(event))}
      onPointerLeave={(event) => event.currentTarget !== document.activeElement && move(null)}
    >
      <Svg viewBox={`0 0 ${SIDE} ${SIDE + BOTTOM - PAD}`} aria-hidden>
        <rect className="frame" x={LEFT} y={PAD} width={side} height={side} />
        <line className="agreement" x1={x(0)} y1={y(0)} x2={x(end)} y2={y(end)} />
        {marks.map((mark) => (
          <g key={mark}>
            <text x={LEFT - 5} y={y(mark)} textAnchor="end" dominantBaseline="central">
              {figures.fixed(mark, mark === 0 ? 1 : digits)}
            </text>
            <text x={x(mark)} y={PAD + side + 17} textAnchor={mark === end ? "end" : mark === 0 ? "start" : "middle"}>
              {figures.fixed(mark, mark === 0 ? 1 : digits)}
            </text>
          </g>
        ))}
        {bins.map(({ probability, share }, at) => (
          <g key={at}>
            <line className="interval" x1={x(probability)} x2={x(probability)} y1={y(share.low)} y2={y(share.high)} />
            <circle
              className={at === chosen ? "chosen" : "point"}
              cx={x(probability)}
              cy={y(share.value)}
              r={at === chosen ? 4 : 3}
            />
          </g>
        ))}
      </Svg>
    </Box>
  );
}
