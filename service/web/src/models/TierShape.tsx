// How far a label can be trusted, as a shape: the same as findings have in a study, without the colour of a call.
import SvgIcon from "@mui/material/SvgIcon";

import type { Tier } from "./read.ts";

const SHAPES: Record<Tier, React.ReactNode> = {
  assessed: <path d="M7 .8 13.2 7 7 13.2.8 7Z" fill="currentColor" />,
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

export function TierShape({ tier }: { tier: Tier }) {
  return (
    <SvgIcon viewBox="0 0 14 14" data-tier={tier} sx={{ fontSize: "0.875rem", flex: "none" }}>
      {SHAPES[tier]}
    </SvgIcon>
  );
}
