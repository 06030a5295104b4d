// One answer of the model: shape, label, rail and number. Pressing it shows its evidence.
import { memo } from "react";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { CallShape } from "../../findings/CallShape.tsx";
import type { Finding, Label } from "../../findings/call.ts";
import { ProbabilityBand } from "../../findings/ProbabilityBand.tsx";
import { useFindingWords } from "../../findings/useFindingWords.ts";

export const BAND_PX = 96;

interface Props {
  finding: Finding;
  band: readonly [number, number] | null;
  isChosen: boolean;
  onChoose: (label: Label) => void;
}

export const FindingRow = memo(function FindingRow({ finding, band, isChosen, onChoose }: Props) {
  const { label, number, spoken } = useFindingWords()(finding);
  const isQuiet = finding.call === "absent" || finding.call === "exploratory";
  return (
    <ButtonBase
      aria-pressed={isChosen}
      onClick={() => onChoose(finding.label)}
      sx={{
        width: "100%",
        height: "2.125rem",
        "@media (max-height: 850px)": { height: "1.75rem" },
        px: 2,
        gap: "10px",
        display: "flex",
        textAlign: "left",
        typography: "body1",
        borderLeft: 3,
        borderColor: "transparent",
        "&:hover": { bgcolor: "action.hover" },
        "&[aria-pressed='true']": { bgcolor: "action.selected", borderColor: "primary.main" },
        "&:focus-visible": { outlineOffset: -2 },
      }}
    >
      <Box component="span" sx={visuallyHidden}>
        {spoken}
      </Box>
      <CallShape label={finding.label} call={finding.call} />
      <Box
        component="span"
        aria-hidden
        sx={{
          flex: 1,
          fontWeight: isQuiet ? 400 : 500,
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
        }}
      >
        {label}
      </Box>
      <ProbabilityBand finding={finding} widthPx={BAND_PX} band={band} />
      <Box component="span" aria-hidden sx={{ width: "2.5rem", textAlign: "right", color: "text.secondary" }}>
        {number}
      </Box>
    </ButtonBase>
  );
});
