// One answer in words: what its number is against, where the strongest cell lies, and how large a cell is. No digit more than there is.
import { useEffect, useRef } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { CallShape, callColour } from "../../findings/CallShape.tsx";
import { digitsOf, type Finding } from "../../findings/call.ts";
import { localeOf } from "../../words/words.ts";
import { strongestOf } from "../evidence/cells.ts";
import type { EvidenceMap } from "../read.ts";

/** The answer comes from another image than the one on the screen. */
export interface Elsewhere {
  number: number;
  onShow: () => void;
}

interface Props {
  answer: Finding;
  band: readonly [number, number] | null;
  /** Of the image on the screen; null: it has none. */
  map: EvidenceMap | null;
  cellMm: readonly [number, number] | null;
  elsewhere: Elsewhere | null;
  onWhy: () => void;
}

export function FindingDetail({ answer, band, map, cellMm, elsewhere, onWhy }: Props) {
  const { t } = useTranslation();
  const name = t(`label.${answer.label}`);
  const call = t(`call.${answer.call}`);
  const against = useAgainst(answer, band);
  const where = useWhere(map, cellMm);
  const box = useRef<HTMLElement>(null);
  const before = useRef(answer.label);
  useEffect(() => {
    // What is on the screen at first stays; what somebody asks for comes into sight.
    if (before.current !== answer.label) box.current?.scrollIntoView({ block: "nearest" });
    before.current = answer.label;
  }, [answer.label]);
  return (
    <Box
      ref={box}
      role="region"
      aria-label={`${name}: ${call}`}
      sx={{
        m: "6px 16px 4px 19px",
        p: "10px 14px",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        bgcolor: "background.default",
        typography: "second",
      }}
    >
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1,
          fontWeight: 600,
          color: callColour(answer.label, answer.call),
        }}
      >
        <CallShape label={answer.label} call={answer.call} />
        {name}: {call}
      </Box>
      <Typography variant="second" sx={{ mt: 0.5, color: "text.secondary", display: "block" }}>
        {against} {elsewhere ? t("study.detail.elsewhere", { number: elsewhere.number }) : ""} {where}
      </Typography>
      {elsewhere && (
        <Button size="small" onClick={elsewhere.onShow} sx={{ mt: 0.5, mr: 2.5, minHeight: "1.75rem" }}>
          {t("study.detail.showImage", { number: elsewhere.number })}
        </Button>
      )}
      <Button
        variant="text"
        size="small"
        onClick={onWhy}
        sx={{ mt: 0.5, ml: "-10px", minHeight: "1.75rem", color: "primary.main" }}
      >
        {t("study.why.open")}
      </Button>
    </Box>
  );
}

/** The number beside its threshold and the band in which the answer is left open. */
function useAgainst({ call, probability, threshold, label }: Finding, band: Props["band"]): string {
  const { t, i18n } = useTranslation();
  const write = (value: number) => {
    const digits = digitsOf(value, threshold);
    const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(localeOf(i18n.language), shown).format(value);
  };
  if (call === "exploratory") return t("study.detail.exploratory");
  if (probability === null || threshold === null) return "";
  const values = {
    probability: write(probability),
    threshold: write(threshold),
    low: write(band?.[0] ?? threshold),
    high: write(band?.[1] ?? threshold),
  };
  const isAbove = probability >= threshold;
  const side = t(isAbove ? "study.detail.above" : "study.detail.below", values);
  if (call !== "indeterminate")
    return label === "No Finding" && call === "present" ? `${side} ${t("study.detail.noFinding")}` : side;
  const isInside = band !== null && probability > band[0] && probability < band[1];
  return `${side} ${t(isInside ? "study.detail.inBand" : "study.detail.leftOpen", values)}`;
}

function useWhere(map: EvidenceMap | null, cellMm: Props["cellMm"]): string {
  const { t, i18n } = useTranslation();
  if (!map) return "";
  const strongest = strongestOf(map);
  if (!strongest) return t("study.detail.noEvidence");
  const two = new Intl.NumberFormat(localeOf(i18n.language), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(localeOf(i18n.language), { maximumFractionDigits: 0 });
  const place = t("study.detail.strongest", { ...strongest, logit: two.format(strongest.logit) });
  const size = cellMm
    ? t("study.detail.cell", { height: whole.format(cellMm[0]), width: whole.format(cellMm[1]) })
    : t("study.detail.noSpacing");
  return `${place} ${size}`;
}
