// What a probability of each label is worth, as plots or as tables, with the figures that sum them up.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { SignChart, SignTable } from "../shell/icons.tsx";
import type { Evaluation, LabelFigures } from "./evaluation.ts";
import { ReliabilityPlot } from "./ReliabilityPlot.tsx";

export function CalibrationPanel({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const [isTable, setTable] = useState(false);
  const labels = [...evaluation.labels.values()].filter(({ reliability }) => reliability.length > 0);
  return (
    <Panel
      title={t("models.calibration.title")}
      note={t("models.calibration.note")}
      actions={
        labels.length > 0 && (
          <Button startIcon={isTable ? <SignChart /> : <SignTable />} onClick={() => setTable(!isTable)}>
            {t(isTable ? "models.calibration.asPlot" : "models.calibration.asTable")}
          </Button>
        )
      }
    >
      <Typography
        component="p"
        variant="second"
        sx={{ px: "20px", pt: 1.5, color: "text.secondary", maxWidth: "70rem" }}
      >
        {labels.length ? t("models.calibration.how") : t("models.calibration.none")}
      </Typography>
      <Box
        component="ul"
        sx={{
          m: 0,
          p: "20px",
          listStyle: "none",
          display: "grid",
          gap: 3,
          gridTemplateColumns: "repeat(auto-fill, minmax(15rem, 1fr))",
        }}
      >
        {labels.map((figures) => (
          <Box component="li" key={figures.label} sx={{ minWidth: 0 }}>
            <One of={figures} isTable={isTable} />
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

function One({ of, isTable }: { of: LabelFigures; isTable: boolean }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [look, setLook] = useState<string | null>(null);
  const title = t(`label.${of.label}`);
  const { brier, calibration_error: error } = of;
  const isWorse = brier !== null && of.brier_of_share !== null && brier.value >= of.brier_of_share;
  return (
    <>
      <Box component="h3" sx={{ m: 0, mb: 1, typography: "body1", fontWeight: 600 }}>
        {title}
      </Box>
      {isTable ? (
        <BinTable of={of} title={title} />
      ) : (
        <Box sx={{ maxWidth: "17rem" }}>
          <ReliabilityPlot label={title} bins={of.reliability} onLook={setLook} />
        </Box>
      )}
      <Typography
        variant="second"
        component="div"
        sx={{ mt: 0.5, minHeight: "2.25rem", color: look ? "text.primary" : "text.disabled" }}
      >
        {look ?? `→ ${t("models.calibration.said")} · ↑ ${t("models.calibration.found")}`}
      </Typography>
      {brier && of.brier_of_share !== null && (
        <Typography variant="second" component="div" sx={{ color: "text.secondary" }}>
          {t("models.calibration.brier", {
            value: figures.fixed(brier.value, 3),
            range: figures.range(brier, 3),
            alone: figures.fixed(of.brier_of_share, 3),
          })}
          {isWorse && (
            <Box component="strong" sx={{ fontWeight: 600, color: "ours.present" }}>
              {` · ${t("models.calibration.worse")}`}
            </Box>
          )}
        </Typography>
      )}
      {error && of.calibration_error_by_chance !== null && (
        <Typography variant="second" component="div" sx={{ color: "text.secondary" }}>
          {t("models.calibration.error", {
            value: figures.fixed(error.value),
            range: figures.range(error),
            chance: figures.fixed(of.calibration_error_by_chance),
          })}
        </Typography>
      )}
    </>
  );
}

function BinTable({ of, title }: { of: LabelFigures; title: string }) {
  const { t } = useTranslation();
  const figures = useFigures();
  return (
    <Table aria-label={title} sx={{ typography: "second", "&& th, && td": { px: "4px", py: "3px" } }}>
      <thead>
        <tr>
          {(["images", "said", "found"] as const).map((column) => (
            <th key={column} scope="col" className="number">
              {t(`models.calibration.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.reliability.map((bin, at) => (
          <tr key={at}>
            <td className="number">{figures.count(bin.images)}</td>
            <td className="number">{figures.fixed(bin.probability)}</td>
            <td className="number">
              {figures.fixed(bin.share.value)} ({figures.range(bin.share)})
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
