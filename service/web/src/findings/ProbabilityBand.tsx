// A calibrated probability on a rail from 0 to 1, with the threshold as a tick: how far the answer is from being another.
import { styled } from "@mui/material/styles";

import { callColour } from "./CallShape.tsx";
import type { Finding } from "./call.ts";

const HEIGHT = 12;
const RAIL = 3;

const Svg = styled("svg")({ flex: "none", display: "block", overflow: "visible" });
const Rail = styled("rect")(({ theme: { vars } }) => ({ fill: vars.palette.ours.textThird, opacity: 0.35 }));
const Tick = styled("rect")(({ theme: { vars } }) => ({ fill: vars.palette.ours.text }));
const Value = styled("rect", { shouldForwardProp: (name) => name !== "finding" })<{ finding: Finding }>(
  ({ theme, finding }) => ({ fill: callColour(finding.label, finding.call)(theme) }),
);

const Open = styled("rect")(({ theme: { vars } }) => ({ fill: vars.palette.ours.textThird, opacity: 0.5 }));

interface Props {
  finding: Finding;
  widthPx: number;
  /** Between these probabilities the answer is left open. */
  band?: readonly [number, number] | null;
}

/** Draws the band; a finding without a number has an empty rail. */
export function ProbabilityBand({ finding, widthPx, band = null }: Props) {
  const { probability, threshold } = finding;
  const y = (HEIGHT - RAIL) / 2;
  return (
    <Svg width={widthPx} height={HEIGHT} viewBox={`0 0 ${widthPx} ${HEIGHT}`} aria-hidden>
      <Rail y={y} width={widthPx} height={RAIL} rx={RAIL / 2} />
      {probability !== null && (
        <Value finding={finding} y={y} width={probability * widthPx} height={RAIL} rx={RAIL / 2} />
      )}
      {band && <Open x={band[0] * widthPx} y={1} width={(band[1] - band[0]) * widthPx} height={HEIGHT - 2} />}
      {threshold !== null && <Tick x={threshold * widthPx - 0.75} y={1} width={1.5} height={HEIGHT - 2} />}
    </Svg>
  );
}
