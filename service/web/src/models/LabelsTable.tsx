// What a model can say, label by label: how well it ranks beside the best baseline without anatomy, where it calls, and on what that rests.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { digitsOf } from "../findings/call.ts";
import { Forest, ForestAxis, RivalSample } from "../figures/Forest.tsx";
import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { bestOf, type Evaluation, type LabelFigures } from "./evaluation.ts";
import { type Model, type Standing, TIERS } from "./read.ts";
import { ThresholdBand } from "./ThresholdBand.tsx";
import { TierShape } from "./TierShape.tsx";
import { useModelWords } from "./useModelWords.ts";

const CHANCE = 0.5;
const COLUMNS = 6;

export function LabelsTable({ model, evaluation }: { model: Model; evaluation: Evaluation | null }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const from = axisFrom(evaluation);
  const marks = [0, 0.25, 0.5, 0.75, 1]
    .filter((value) => value >= from)
    .map((value) => {
      const word = figures.fixed(value);
      return { value, word: value === CHANCE ? t("models.labels.chance", { value: word }) : word };
    });
  return (
    <Panel
      title={t("models.labels.title")}
      actions={
        <Typography
          variant="second"
          component="span"
          sx={{ display: "flex", alignItems: "center", gap: 1, color: "text.secondary" }}
        >
          <RivalSample />
          {t("models.labels.best")}
        </Typography>
      }
    >
      <Table sx={{ tableLayout: "fixed", "& td, & th": { verticalAlign: "middle" } }}>
        <colgroup>
          {["14rem", "19%", "9.5rem", "7.5rem", "8rem", "auto"].map((width) => (
            <Box component="col" key={width} sx={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t("models.labels.label")}</th>
            <th aria-hidden>
              <ForestAxis from={from} to={1} marks={marks} />
            </th>
            <th scope="col" className="number">
              {t("models.labels.auroc")}
              <br />
              {t("models.labels.interval")}
            </th>
            <th scope="col" className="number">
              {t("models.labels.sensitivity")} /<br />
              {t("models.labels.specificity")}
            </th>
            <th scope="col">
              {t("models.labels.threshold")}
              <br />
              {t("models.labels.band")}
            </th>
            <th scope="col">{t("models.labels.basis")}</th>
          </tr>
        </thead>
        {TIERS.map((tier) => {
          const standings = model.labels.filter((standing) => standing.tier === tier);
          return (
            standings.length > 0 && (
              <tbody key={tier}>
                <tr>
                  <Box
                    component="th"
                    scope="rowgroup"
                    colSpan={COLUMNS}
                    sx={{ "&&": { typography: "h3", color: "text.disabled" } }}
                  >
                    {t(`models.tierHead.${tier}`)}
                  </Box>
                </tr>
                {standings.map((standing) => (
                  <Row
                    key={standing.label}
                    standing={standing}
                    found={evaluation?.labels.get(standing.label) ?? null}
                    from={from}
                  />
                ))}
              </tbody>
            )
          );
        })}
      </Table>
    </Panel>
  );
}

interface RowProps {
  standing: Standing;
  found: LabelFigures | null;
  from: number;
}

function Row({ standing, found, from }: RowProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const words = useModelWords();
  const isAssessed = standing.tier === "assessed";
  const auroc = found?.auroc ?? null;
  const best = found && bestOf(found.baselines);
  return (
    <Box component="tr" sx={{ color: standing.tier === "not assessed" ? "text.disabled" : "text.primary" }}>
      <th scope="row">
        <Box sx={{ display: "flex", alignItems: "center", gap: 1.5, fontWeight: 500 }}>
          <Box component="span" sx={{ color: isAssessed ? "text.primary" : "text.disabled", display: "flex" }}>
            <TierShape tier={standing.tier} />
          </Box>
          {t(`label.${standing.label}`)}
        </Box>
      </th>
      <Box component="td" aria-hidden sx={{ color: isAssessed ? "text.primary" : "text.secondary" }}>
        {auroc && <Forest figure={auroc} rival={best?.[1].auroc.value ?? null} from={from} to={1} chance={CHANCE} />}
      </Box>
      <td className="number">
        {auroc && (
          <>
            <span aria-hidden>
              {figures.fixed(auroc.value)}{" "}
              <Box component="span" sx={{ color: "text.disabled" }}>
                {figures.range(auroc)}
              </Box>
            </span>
            <Box component="span" sx={visuallyHidden}>
              {best
                ? t("models.labels.spoken", {
                    value: figures.fixed(auroc.value),
                    low: figures.fixed(auroc.low),
                    high: figures.fixed(auroc.high),
                    baseline: words.baseline(best[0]),
                    best: figures.fixed(best[1].auroc.value),
                  })
                : t("figures.interval", {
                    value: figures.fixed(auroc.value),
                    low: figures.fixed(auroc.low),
                    high: figures.fixed(auroc.high),
                  })}
            </Box>
          </>
        )}
      </td>
      <td className="number">
        {found?.sensitivity && found.specificity && (
          <>
            {figures.fixed(found.sensitivity.value)}
            <Box component="span" sx={{ color: "text.disabled" }}>
              {" / "}
            </Box>
            {figures.fixed(found.specificity.value)}
          </>
        )}
      </td>
      <td>
        {standing.threshold !== null && standing.threshold !== undefined && <ThresholdBand standing={standing} />}
      </td>
      <Box component="td" sx={{ typography: "second", color: "text.secondary", overflowWrap: "anywhere" }}>
        <Basis standing={standing} found={found} />
      </Box>
    </Box>
  );
}

function Basis({ standing, found }: Omit<RowProps, "from">) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { threshold, indeterminate: band } = standing;
  if (threshold === null || threshold === undefined) return <span lang="en">{standing.not_assessed_because}</span>;
  const digits = digitsOf(threshold, threshold);
  const [low, high] = band ?? [threshold, threshold];
  const words = {
    threshold: figures.fixed(threshold, digits),
    low: figures.fixed(low, digits),
    high: figures.fixed(high, digits),
  };
  return [
    low < threshold ? t("models.labels.thresholdFrom", words) : t("models.labels.thresholdIs", words),
    ...(found
      ? [t("models.labels.positives", { count: found.positives, patients: figures.count(found.patients) })]
      : []),
  ].join(" · ");
}

/** The axis begins at the first quarter below every interval. */
function axisFrom(evaluation: Evaluation | null): number {
  const lows = [...(evaluation?.labels.values() ?? [])].flatMap(({ auroc }) => (auroc ? [auroc.low] : []));
  return Math.min(0.25, ...lows.map((low) => Math.floor(low * 4) / 4));
}
