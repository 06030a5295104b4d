// How good the model is at one finding, in plain words, with everything that speaks against it.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { Failure } from "../../shell/Failure.tsx";
import { localeOf } from "../../words/words.ts";
import type { ModelLine } from "../read.ts";
import {
  type Figure,
  type Figures,
  figuresOf,
  mayBeNoMore,
  type Pointing,
  pointingOf,
  readEvaluation,
  readFaithfulness,
} from "./figures.ts";

/** Those that have words of their own; any other goes by the name that its evaluation gave it. */
const SHORTCUTS = ["exposure", "8 x 8 thumbnail", "view", "age and sex", "source"] as const;

interface Props {
  label: Label;
  /** Null: the model that spoke is no longer on this machine. */
  model: ModelLine | null;
  onClose: () => void;
}

export function WhyDialog({ label, model, onClose }: Props) {
  const { t } = useTranslation();
  const digest = model?.digest ?? "";
  const evaluation = useQuery({
    queryKey: ["evaluation", digest],
    queryFn: ({ signal }) => readEvaluation(digest, signal),
    enabled: digest !== "",
    staleTime: Infinity,
  });
  const faithfulness = useQuery({
    queryKey: ["faithfulness", digest],
    queryFn: ({ signal }) => readFaithfulness(digest, signal),
    enabled: digest !== "",
    staleTime: Infinity,
  });
  const figures = figuresOf(evaluation.data, label);
  return (
    <Dialog open onClose={onClose} aria-labelledby="why-title" maxWidth="sm" fullWidth>
      <Typography id="why-title" variant="h1">
        {t("study.why.title", { label: t(`label.${label}`) })}
      </Typography>
      <Box sx={{ mt: 1.5, minHeight: "14rem" }}>
        {evaluation.error ? (
          <Failure error={evaluation.error} onRetry={() => void evaluation.refetch()} />
        ) : model && evaluation.isPending ? (
          <Box role="status" sx={{ color: "text.secondary" }}>
            {t("loading")}
          </Box>
        ) : figures?.auroc ? (
          <Told figures={figures} pointing={pointingOf(faithfulness.data)} />
        ) : (
          <Typography>{t("study.why.nothing")}</Typography>
        )}
      </Box>
      {model && (
        <Typography variant="caption" sx={{ mt: 1, color: "text.disabled" }}>
          {model.name} {model.version}
        </Typography>
      )}
      <Typography variant="second" sx={{ mt: 1, color: "text.secondary" }}>
        {t("supports")} {t("decision")}
      </Typography>
      <Button sx={{ mt: 2, alignSelf: "flex-end" }} onClick={onClose}>
        {t("close")}
      </Button>
    </Dialog>
  );
}

function Told({ figures, pointing }: { figures: Figures; pointing: Pointing | null }) {
  const { t, i18n } = useTranslation();
  const two = new Intl.NumberFormat(localeOf(i18n.language), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(localeOf(i18n.language), { style: "percent", maximumFractionDigits: 0 });
  const spoken = (figure: Figure, format: Intl.NumberFormat) => ({
    value: format.format(figure.value),
    low: format.format(figure.low),
    high: format.format(figure.high),
  });
  const { auroc, sensitivity, specificity, shortcuts, positives, patients, negatives } = figures;
  const weak = shortcuts.filter(mayBeNoMore);
  const nameOf = (name: string) => {
    const known = SHORTCUTS.find((shortcut) => shortcut === name);
    return known ? t(`study.shortcut.${known}`) : name;
  };
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.25, display: "grid", gap: 1 }}>
      <li>{t("study.why.tested", { positives, patients, negatives })}</li>
      {auroc && <li>{t("study.why.auroc", spoken(auroc, percent))}</li>}
      {sensitivity && <li>{t("study.why.sensitivity", spoken(sensitivity, percent))}</li>}
      {specificity && <li>{t("study.why.specificity", spoken(specificity, percent))}</li>}
      {!sensitivity && <li>{t("study.why.noThreshold")}</li>}
      {shortcuts.length > 0 && (
        <li>
          {weak.length > 0
            ? t("study.why.shortcuts", {
                names: weak.map(({ name, auroc: its }) => `${nameOf(name)} (${two.format(its.value)})`).join(", "),
                auroc: auroc ? two.format(auroc.value) : "",
              })
            : t("study.why.noShortcut")}
        </li>
      )}
      <li>
        {pointing
          ? t("study.why.pointing", {
              count: pointing.findings,
              share: percent.format(pointing.model.value),
              high: percent.format(pointing.model.high),
              blind: pointing.meanBox ? percent.format(pointing.meanBox.value) : "–",
            })
          : t("study.why.noPointing")}
      </li>
      <li>{t("study.why.elsewhere")}</li>
    </Box>
  );
}
