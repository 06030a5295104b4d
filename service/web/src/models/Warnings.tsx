// What keeps a model's figures from being believed, said before the figures are read.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Evaluation } from "./evaluation.ts";
import { type Faithfulness, missesBoxes } from "./faithfulness.ts";
import { useModelWords } from "./useModelWords.ts";

interface Props {
  evaluation: Evaluation;
  /** null: its maps were not checked; undefined: not read yet. */
  faithfulness: Faithfulness | null | undefined;
}

export function Warnings({ evaluation, faithfulness }: Props) {
  const { t, i18n } = useTranslation();
  const words = useModelWords();
  const close = [...evaluation.macroBaselines]
    .filter(([, { difference }]) => difference.low < 0)
    .map(([name]) => words.baseline(name));
  const shown: [string, string][] = [];
  if (close.length) {
    const baselines = new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(close);
    shown.push([t("models.warning.shortcuts"), t("models.warning.shortcutsWhy", { baselines })]);
  }
  if (evaluation.trainedOn === null) shown.push([t("models.warning.imported"), t("models.warning.importedWhy")]);
  const misses = faithfulness ? missesBoxes(faithfulness) : faithfulness;
  if (misses === null) shown.push([t("models.warning.mapsUnknown"), t("models.warning.mapsUnknownWhy")]);
  else if (misses) shown.push([t("models.warning.maps"), t("models.warning.mapsWhy")]);
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gap: "2px" }}>
      {shown.map(([what, why]) => (
        <Box
          component="li"
          key={what}
          sx={{ px: 2, py: 1, bgcolor: "background.paper", borderLeft: 3, borderColor: "ours.present" }}
        >
          <Box component="strong" sx={{ fontWeight: 600, color: "ours.present" }}>
            {what}
          </Box>{" "}
          <Box component="span" sx={{ color: "text.secondary" }}>
            {why}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
