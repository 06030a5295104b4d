// The model beside baselines that know no anatomy, over the same patients: where its lead may be none, it may see nothing else.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { Panel } from "../figures/Panel.tsx";
import { Scroll } from "../figures/Scroll.tsx";
import { Table } from "../figures/Table.tsx";
import { type Interval, useFigures } from "../figures/useFigures.ts";
import { SignWarning } from "../shell/icons.tsx";
import type { Beside, Evaluation } from "./evaluation.ts";
import { IntervalWords } from "./IntervalWords.tsx";
import { useModelWords } from "./useModelWords.ts";

export function ShortcutsPanel({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const words = useModelWords();
  const names = [...evaluation.macroBaselines.keys()];
  const all = evaluation.macros.find(({ name }) => name === "all");
  const labels = [...evaluation.labels.values()].filter(({ auroc }) => auroc);
  return (
    <Panel title={t("models.shortcuts.title")} note={t("models.shortcuts.note")}>
      <Typography
        component="p"
        variant="second"
        sx={{ px: "20px", pt: 1.5, color: "text.secondary", maxWidth: "70rem" }}
      >
        {t("models.shortcuts.how", { images: figures.count(evaluation.baselineImages) })}
      </Typography>
      <Scroll label={t("models.shortcuts.title")}>
        <Table>
          <thead>
            <tr>
              <th scope="col">{t("models.labels.label")}</th>
              <th scope="col" className="number">
                {t("models.shortcuts.own")}
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="number">
                  {t("models.shortcuts.minus", { baseline: words.baseline(name) })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Row
              title={t("models.shortcuts.mean")}
              own={all?.auroc ?? null}
              names={names}
              beside={evaluation.macroBaselines}
              isMean
            />
            {labels.map(({ label, auroc, baselines }) => (
              <Row key={label} title={t(`label.${label}`)} own={auroc} names={names} beside={baselines} />
            ))}
          </tbody>
        </Table>
      </Scroll>
    </Panel>
  );
}

interface RowProps {
  title: string;
  own: Interval | null;
  names: readonly string[];
  beside: ReadonlyMap<string, Beside>;
  isMean?: boolean;
}

function Row({ title, own, names, beside, isMean = false }: RowProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  return (
    <tr>
      <Box component="th" scope="row" sx={{ "&&": { fontWeight: isMean ? 600 : 500 } }}>
        {title}
      </Box>
      <td className="number">
        <IntervalWords figure={own} />
      </td>
      {names.map((name) => {
        const one = beside.get(name);
        return (
          <td key={name} className="number">
            {one ? (
              <>
                <Box sx={{ display: "flex", justifyContent: "flex-end", alignItems: "center", gap: 0.75 }}>
                  {one.difference.low < 0 && (
                    <Box component="span" title={t("models.shortcuts.reaches")} sx={{ color: "ours.present" }}>
                      <SignWarning />
                      <Box component="span" sx={visuallyHidden}>
                        {t("models.shortcuts.reaches")}
                      </Box>
                    </Box>
                  )}
                  <span>
                    <IntervalWords figure={one.difference} isChange />
                  </span>
                </Box>
                <Typography variant="caption" component="div" sx={{ color: "text.disabled" }}>
                  {t("models.shortcuts.its", { value: figures.fixed(one.auroc.value) })}
                </Typography>
              </>
            ) : (
              <IntervalWords figure={null} />
            )}
          </td>
        );
      })}
    </tr>
  );
}
