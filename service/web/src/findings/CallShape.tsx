// The shape of an answer. Fill says how much; a diamond wants an eye, a ring does not, a dotted square is no call at all.
import SvgIcon from "@mui/material/SvgIcon";
import type { Theme } from "@mui/material/styles";

import { type Call, type Label, toneOf } from "./call.ts";

const SHAPES: Record<Call, React.ReactNode> = {
  present: <path d="M7 .8 13.2 7 7 13.2.8 7Z" fill="currentColor" />,
  indeterminate: (
    <>
      <path d="M7 1.6 12.4 7 7 12.4 1.6 7Z" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M7 1.6 1.6 7 7 12.4Z" fill="currentColor" />
    </>
  ),
  absent: <circle cx="7" cy="7" r="4.8" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  exploratory: (
    <rect
      x="2"
      y="2"
      width="10"
      height="10"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="2 2"
    />
  ),
  "not assessed": <path d="M3 7h8" stroke="currentColor" strokeWidth="1.6" />,
};

/** The colour of an answer, as `sx` takes it. */
export function callColour(label: Label, call: Call): (theme: Theme) => string {
  const tone = toneOf(label, call);
  return ({ vars }) => (tone === "quiet" ? vars.palette.ours.textThird : vars.palette.ours[tone]);
}

/** Draws the shape; the word that goes with it is the caller's to say. */
export function CallShape({ label, call }: { label: Label; call: Call }) {
  return (
    <SvgIcon
      viewBox="0 0 14 14"
      data-shape={call}
      sx={{ fontSize: "0.875rem", flex: "none", color: callColour(label, call) }}
    >
      {SHAPES[call]}
    </SvgIcon>
  );
}
