// One finding in a row of a list: shape, label, band and number; and one sentence for who listens.
import Box from "@mui/material/Box";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { CallShape } from "./CallShape.tsx";
import { ProbabilityBand } from "./ProbabilityBand.tsx";
import type { Finding } from "./call.ts";
import { useFindingWords } from "./useFindingWords.ts";

export function FindingLine({ finding, bandPx }: { finding: Finding; bandPx: number }) {
  const { label, number, spoken } = useFindingWords()(finding);
  return (
    <Box sx={{ minWidth: 0 }} title={spoken}>
      <Box component="span" sx={visuallyHidden}>
        {spoken}
      </Box>
      <Box aria-hidden sx={{ display: "flex", alignItems: "center", gap: "7px", minWidth: 0 }}>
        <CallShape label={finding.label} call={finding.call} />
        <Box component="span" sx={{ flex: 1, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {label}
        </Box>
        <ProbabilityBand finding={finding} widthPx={bandPx} />
        <Box component="span" sx={{ color: "text.secondary", minWidth: "2.25rem" }}>
          {number}
        </Box>
      </Box>
    </Box>
  );
}
