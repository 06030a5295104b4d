// Two models side by side: what each label's standing and threshold are with either, and what is known of both.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { digitsOf, type Label } from "../findings/call.ts";
import { Scroll } from "../figures/Scroll.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import type { Evaluation } from "./evaluation.ts";
import { IntervalWords } from "./IntervalWords.tsx";
import { evaluationQuery, type Model, type Standing } from "./read.ts";
import { TierShape } from "./TierShape.tsx";

interface Props {
  before: Model;
  after: Model;
  /** What stands over the two columns. */
  heads: readonly [string, string];
}

export function Comparison({ before, after, heads }: Props) {
  const { t } = useTranslation();
  const both = [before, after] as const;
  const evaluations = useQueries({ queries: both.map((model) => evaluationQuery(model)) }).map(
    ({ data }) => data ?? null,
  );
  const changed = changesOf(before, after);
  return (
    <>
      <Typography sx={{ mt: 2, fontWeight: 600 }}>
        {changed.size ? t("models.comparison.change", { count: changed.size }) : t("models.comparison.nothing")}
      </Typography>
      <Scroll label={heads.join(" · ")}>
        <Table sx={{ "&& th, && td": { py: "6px" } }}>
          <thead>
            <tr>
              <th scope="col">{t("models.comparison.label")}</th>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {before.labels.map((standing, at) => (
              <tr key={standing.label}>
                <th scope="row">{t(`label.${standing.label}`)}</th>
                {both.map((model, side) => {
                  const one = model.labels.find(({ label }) => label === standing.label) ?? model.labels[at];
                  return (
                    <td key={model.digest}>
                      {one && <StandingWords standing={one} evaluation={evaluations[side] ?? null} />}
                    </td>
                  );
                })}
                <Box component="td" sx={{ typography: "second", fontWeight: 600, whiteSpace: "nowrap" }}>
                  {changed.has(standing.label) && t("models.comparison.changed")}
                </Box>
              </tr>
            ))}
          </tbody>
          <tbody>
            <Facts both={both} evaluations={evaluations} />
          </tbody>
        </Table>
      </Scroll>
    </>
  );
}

function StandingWords({ standing, evaluation }: { standing: Standing; evaluation: Evaluation | null }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { tier, label } = standing;
  const threshold = standing.threshold ?? null;
  const auroc = evaluation?.labels.get(label)?.auroc;
  return (
    <Box sx={{ display: "flex", alignItems: "baseline", flexWrap: "wrap", columnGap: 1 }}>
      <Box
        component="span"
        sx={{ alignSelf: "center", display: "flex", color: tier === "assessed" ? "text.primary" : "text.disabled" }}
      >
        <TierShape tier={tier} />
      </Box>
      {t(`models.tier.${tier}`)}
      <Typography variant="second" component="span" sx={{ color: "text.secondary" }}>
        {[
          ...(threshold === null
            ? []
            : [
                t("models.comparison.threshold", {
                  threshold: figures.fixed(threshold, digitsOf(threshold, threshold)),
                }),
              ]),
          ...(auroc ? [t("models.comparison.auroc", { value: figures.fixed(auroc.value) })] : []),
        ].join(" · ")}
      </Typography>
    </Box>
  );
}

function Facts({ both, evaluations }: { both: readonly [Model, Model]; evaluations: readonly (Evaluation | null)[] }) {
  const { t } = useTranslation();
  const macro = (name: string) =>
    evaluations.map((evaluation, side) => (
      <IntervalWords key={side} figure={evaluation?.macros.find((one) => one.name === name)?.auroc} />
    ));
  const yes = (is: boolean) => t(is ? "models.comparison.yes" : "models.comparison.no");
  const rows: [string, readonly React.ReactNode[]][] = [
    [t("models.comparison.meanAssessed"), macro("assessed")],
    [t("models.comparison.meanAll"), macro("all")],
    [t("models.comparison.sees"), both.map(({ detail_px: px }) => t("models.comparison.px", { px }))],
    [t("models.comparison.maps"), both.map(({ map_cells: cells }) => t("models.comparison.cells", { cells }))],
    [t("models.comparison.evaluated"), both.map(({ evaluated }) => yes(evaluated))],
    [t("models.comparison.explained"), both.map(({ explained }) => yes(explained))],
  ];
  return rows.map(([word, [first, second]]) => (
    <tr key={word}>
      <Box component="th" scope="row" sx={{ color: "text.secondary" }}>
        {word}
      </Box>
      <td>{first}</td>
      <td>{second}</td>
      <td />
    </tr>
  ));
}

/** The labels whose tier, threshold or open band is another one. */
export function changesOf(before: Model, after: Model): ReadonlySet<Label> {
  const said = ({ tier, threshold, indeterminate }: Standing) =>
    JSON.stringify([tier, threshold ?? null, indeterminate ?? null]);
  const then = new Map(after.labels.map((standing) => [standing.label, said(standing)]));
  return new Set(
    before.labels.filter((standing) => then.get(standing.label) !== said(standing)).map(({ label }) => label),
  );
}
