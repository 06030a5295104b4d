// What can be done with the radiograph and the evidence over it, each with its key.
import { memo } from "react";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import Slider from "@mui/material/Slider";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { Key } from "../../shell/Key.tsx";
import type { en } from "../../words/en.ts";
import { localeOf } from "../../words/words.ts";
import type { Tool } from "./hand.ts";

export type AnyTool = Tool | "measure";
export type Act = "invert" | "fit" | "actual" | "reset";

export const TOOL_KEYS = { window: "w", zoom: "z", pan: " ", measure: "m" } as const satisfies Record<AnyTool, string>;
export const ACT_KEYS = { invert: "i", fit: "f", actual: "1", reset: "r" } as const satisfies Record<Act, string>;
export const EVIDENCE_KEYS = { evidence: "e", cells: "g", beside: "b" } as const;

export interface EvidenceChoice {
  /** From 0 to 1; 1 is as opaque as in the PACS. */
  opacity: number;
  isOn: boolean;
  withCells: boolean;
  isBeside: boolean;
}

const ToolButton = styled(ButtonBase)(({ theme: { vars } }) => ({
  height: "2rem",
  padding: "0 8px",
  gap: 6,
  borderRadius: 4,
  font: "inherit",
  whiteSpace: "nowrap",
  color: vars.palette.ours.textSecond,
  "&:hover": { backgroundColor: vars.palette.ours.raised, color: vars.palette.ours.text },
  "&[aria-pressed='true']": { backgroundColor: vars.palette.ours.selected, color: vars.palette.ours.text },
  "&:disabled": { color: vars.palette.ours.textThird, opacity: 0.6 },
  // Where there is little room the words stay, and the help names the keys.
  "@container (max-width: 1120px)": { "& kbd": { display: "none" } },
}));

type Word = keyof (typeof en)["study"]["tool"];

interface Props {
  tool: AnyTool;
  isReady: boolean;
  evidence: EvidenceChoice;
  hasEvidence: boolean;
  onTool: (tool: AnyTool) => void;
  onAct: (act: Act) => void;
  onEvidence: (choice: Partial<EvidenceChoice>) => void;
}

export const Toolbar = memo(function Toolbar({
  tool,
  isReady,
  evidence,
  hasEvidence,
  onTool,
  onAct,
  onEvidence,
}: Props) {
  const { t, i18n } = useTranslation();
  const percent = new Intl.NumberFormat(localeOf(i18n.language), { style: "percent" }).format(evidence.opacity);
  const button = (word: Word, key: string, onClick: () => void, isPressed?: boolean, isEnabled = isReady) => (
    <ToolButton
      key={word}
      aria-pressed={isPressed}
      aria-keyshortcuts={key === " " ? "Space" : key}
      disabled={!isEnabled}
      onClick={onClick}
    >
      {t(`study.tool.${word}`)}
      <Key aria-hidden>{key === " " ? t("shortcuts.space") : key}</Key>
    </ToolButton>
  );
  return (
    <Box
      role="toolbar"
      aria-label={t("study.tool.label")}
      sx={{
        containerType: "inline-size",
        height: "2.5rem",
        flex: "none",
        display: "flex",
        alignItems: "center",
        px: 1.25,
        gap: "2px",
        typography: "second",
        bgcolor: "background.paper",
        borderBottom: 1,
        borderColor: "divider",
        overflowX: "auto",
        overflowY: "hidden",
        scrollbarWidth: "none",
      }}
    >
      {(Object.keys(TOOL_KEYS) as AnyTool[]).map((one) => button(one, TOOL_KEYS[one], () => onTool(one), tool === one))}
      {(Object.keys(ACT_KEYS) as Act[]).map((one) => button(one, ACT_KEYS[one], () => onAct(one)))}
      <Box sx={{ flex: 1, minWidth: 8 }} />
      {button(
        "evidence",
        EVIDENCE_KEYS.evidence,
        () => onEvidence({ isOn: !evidence.isOn }),
        evidence.isOn,
        hasEvidence,
      )}
      <Slider
        size="small"
        min={0}
        max={1}
        step={0.05}
        value={evidence.opacity}
        disabled={!hasEvidence}
        aria-label={t("study.tool.opacity")}
        getAriaValueText={() => percent}
        onChange={(_, opacity) => onEvidence({ opacity, isOn: true })}
        sx={{ width: "6rem", minWidth: "4rem", flex: "0 1 auto", mx: 1 }}
      />
      <Box
        component="span"
        aria-hidden
        sx={{ width: "2.75rem", flex: "none", textAlign: "right", color: "text.secondary" }}
      >
        {percent}
      </Box>
      {button(
        "cells",
        EVIDENCE_KEYS.cells,
        () => onEvidence({ withCells: !evidence.withCells }),
        evidence.withCells,
        hasEvidence,
      )}
      {button("beside", EVIDENCE_KEYS.beside, () => onEvidence({ isBeside: !evidence.isBeside }), evidence.isBeside)}
    </Box>
  );
});
