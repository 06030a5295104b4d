// What a model does at its thresholds: how many of the ill it finds, how many of the others it leaves alone, how many it leaves open.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { digitsOf } from "../findings/call.ts";
import { Panel } from "../figures/Panel.tsx";
import { Scroll } from "../figures/Scroll.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import type { Evaluation } from "./evaluation.ts";
import { IntervalWords } from "./IntervalWords.tsx";
import type { Model } from "./read.ts";

const FIGURES = ["sensitivity", "specificity", "undecided", "decided_sensitivity", "decided_specificity"] as const;
const COLUMNS = [
  "threshold",
  "sensitivity",
  "specificity",
  "undecided",
  "decidedSensitivity",
  "decidedSpecificity",
] as const;

export function ThresholdPanel({ model, evaluation }: { model: Model; evaluation: Evaluation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const assessed = model.labels.filter(({ tier }) => tier === "assessed");
  return (
    <Panel title={t("models.threshold.title")} note={t("models.threshold.note")}>
      {assessed.length === 0 ? (
        <Box sx={{ px: "20px", py: 2, color: "text.secondary" }}>{t("models.threshold.none")}</Box>
      ) : (
        <>
          <Typography component="p" variant="second" sx={{ px: "20px", pt: 1.5, color: "text.secondary" }}>
            {t("models.threshold.how")}
          </Typography>
          <Scroll label={t("models.threshold.title")}>
            <Table>
              <thead>
                <tr>
                  <th scope="col">{t("models.labels.label")}</th>
                  {COLUMNS.map((column) => (
                    <th key={column} scope="col" className="number">
                      {t(`models.threshold.column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {assessed.map(({ label, threshold, indeterminate }) => {
                  const found = evaluation.labels.get(label);
                  const digits = digitsOf(threshold ?? 0, threshold ?? null);
                  const [low, high] = indeterminate ?? [threshold ?? 0, threshold ?? 0];
                  return (
                    <tr key={label}>
                      <Box component="th" scope="row" sx={{ "&&": { fontWeight: 500 } }}>
                        {t(`label.${label}`)}
                      </Box>
                      <td className="number">
                        {figures.fixed(threshold ?? 0, digits)}{" "}
                        <Box component="span" sx={{ color: "text.disabled" }}>
                          {figures.range({ value: 0, low, high }, digits)}
                        </Box>
                      </td>
                      {FIGURES.map((name) => (
                        <td key={name} className="number">
                          <IntervalWords figure={found?.[name]} />
                        </td>
                      ))}
                    </tr>
                  );
                })}
              </tbody>
            </Table>
          </Scroll>
        </>
      )}
    </Panel>
  );
}
