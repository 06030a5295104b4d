// Values over time as lines: axes that can be read, every value within reach of the arrow keys, and the same as a table.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";

import { decimalsOf, pathOf, ticks } from "./scale.ts";
import { useFigures } from "./useFigures.ts";
import { useWidth } from "./useWidth.ts";

export interface Series {
  name: string;
  values: readonly (number | null)[];
  /** How the line is told from the others, beside its place in the legend. */
  look: "strong" | "quiet" | "dashed";
}

interface Props {
  /** What is drawn and how to move through it, for who listens. */
  label: string;
  times: readonly number[];
  series: readonly Series[];
  whole: boolean;
  /** One moment's values, in words. */
  speak: (at: number) => string;
  chosen: number | null;
  onChoose: (at: number | null) => void;
}

export const CHART_HEIGHT = 190;
const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const HOURS_APART = 3;

const Svg = styled("svg")(({ theme: { vars, typography } }) => ({
  display: "block",
  overflow: "visible",
  "& text": { ...typography.caption, fill: vars.palette.ours.textThird },
  "& .grid": { stroke: vars.palette.ours.line },
  "& .cursor": { stroke: vars.palette.ours.accent },
  "& .dot": { fill: vars.palette.ours.page, stroke: vars.palette.ours.text, strokeWidth: 1.5 },
  ...lineLooks(vars.palette.ours),
}));

export function lineLooks(colours: { text: string; textThird: string; accent: string }) {
  return {
    "& .line": { fill: "none", strokeWidth: 1.6, strokeLinejoin: "round" },
    "& .strong": { stroke: colours.text },
    "& .quiet": { stroke: colours.textThird },
    "& .dashed": { stroke: colours.accent, strokeDasharray: "5 3" },
  } as const;
}

export function TimeChart({ label, times, series, whole, speak, chosen, onChoose }: Props) {
  const figures = useFigures();
  const clip = useId();
  const [box, width] = useWidth<HTMLDivElement>();
  const [isFocused, setFocused] = useState(false);
  const all = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const marks = ticks(Math.max(0, ...all), 4, { whole });
  const top = marks.at(-1) ?? 1;
  const inner = { width: Math.max(1, width - LEFT - RIGHT), height: CHART_HEIGHT - TOP - BOTTOM };
  const last = Math.max(1, times.length - 1);
  const x = (at: number) => LEFT + (at / last) * inner.width;
  const y = (value: number) => TOP + inner.height * (1 - value / top);
  const place = chosen ?? last;

  const move = (to: number) => onChoose(Math.max(0, Math.min(last, to)));
  const onKey = (event: React.KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowRight: place + 1,
      ArrowUp: place + 1,
      ArrowLeft: place - 1,
      ArrowDown: place - 1,
      PageUp: place - 4,
      PageDown: place + 4,
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(to);
  };

  return (
    <Box
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={place}
      aria-valuetext={speak(place)}
      onKeyDown={onKey}
      onFocus={() => {
        setFocused(true);
        if (chosen === null) onChoose(last);
      }}
      onBlur={() => {
        setFocused(false);
        onChoose(null);
      }}
      onPointerMove={(event) => {
        const left = event.currentTarget.getBoundingClientRect().left;
        move(Math.round(((event.clientX - left - LEFT) / inner.width) * last));
      }}
      onPointerLeave={() => !isFocused && onChoose(null)}
      sx={{ height: CHART_HEIGHT, "&:focus-visible": { outlineOffset: 2 } }}
    >
      <Svg width={width} height={CHART_HEIGHT} viewBox={`0 0 ${width} ${CHART_HEIGHT}`} aria-hidden>
        <clipPath id={clip}>
          <rect x={LEFT} y={0} width={inner.width} height={CHART_HEIGHT} />
        </clipPath>
        {marks.map((mark) => (
          <g key={mark}>
            <line className="grid" x1={LEFT} x2={LEFT + inner.width} y1={y(mark)} y2={y(mark)} />
            <text x={LEFT - 8} y={y(mark)} textAnchor="end" dominantBaseline="central">
              {figures.fixed(mark, decimalsOf(marks))}
            </text>
          </g>
        ))}
        {times.map((time, at) =>
          isMark(time) ? (
            <text
              key={time}
              x={x(at)}
              y={CHART_HEIGHT - 6}
              textAnchor={at > last - 3 ? "end" : at < 3 ? "start" : "middle"}
            >
              {figures.hour(time)}
            </text>
          ) : null,
        )}
        {chosen !== null && <line className="cursor" x1={x(chosen)} x2={x(chosen)} y1={TOP} y2={TOP + inner.height} />}
        <g clipPath={`url(#${clip})`}>
          {series.map(({ name, values, look }) => (
            <path
              key={name}
              className={`line ${look}`}
              d={pathOf(values.map((value, at) => (value === null ? null : [x(at), y(value)])))}
            />
          ))}
          {series.flatMap(({ name, values }) =>
            alone(values).map((at) => <Lone key={`${name}${at}`} x={x(at)} y={y(values[at] ?? 0)} />),
          )}
        </g>
        {chosen !== null &&
          series.map(({ name, values }) => {
            const value = values[chosen] ?? null;
            return value === null ? null : <circle key={name} className="dot" cx={x(chosen)} cy={y(value)} r={3} />;
          })}
      </Svg>
    </Box>
  );
}

/** A value without neighbours makes no line, and would not be seen. */
function Lone({ x, y }: { x: number; y: number }) {
  return <circle className="dot" cx={x} cy={y} r={2} />;
}

function alone(values: readonly (number | null)[]): number[] {
  const isThere = (at: number) => (values[at] ?? null) !== null;
  return values.flatMap((_, at) => (isThere(at) && !isThere(at - 1) && !isThere(at + 1) ? [at] : []));
}

function isMark(time: number): boolean {
  const date = new Date(time);
  return date.getMinutes() === 0 && date.getHours() % HOURS_APART === 0;
}
