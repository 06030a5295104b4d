// How well a label serves women and men, the young and the old, and each projection and source; where that is not known, it is said.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Label } from "../findings/call.ts";
import { Forest } from "../figures/Forest.tsx";
import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import type { Evaluation, Subgroup } from "./evaluation.ts";
import { SignMore } from "../shell/icons.tsx";
import { IntervalWords } from "./IntervalWords.tsx";
import { SELECT_ICON } from "./ModelSelect.tsx";
import { useModelWords } from "./useModelWords.ts";

const COLUMNS = ["group", "images", "auroc", "sensitivity", "specificity"] as const;

export function SubgroupsPanel({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const id = useId();
  const labels = [...evaluation.labels.values()].filter(({ subgroups }) => subgroups.length > 0);
  const [wanted, setWanted] = useState<Label | null>(null);
  const chosen = labels.find(({ label }) => label === wanted) ?? labels[0];
  return (
    <Panel
      title={t("models.subgroups.title")}
      note={t("models.subgroups.note")}
      actions={
        chosen && (
          <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
            <Typography component="label" id={id} variant="second" sx={{ color: "text.secondary" }}>
              {t("models.subgroups.label")}
            </Typography>
            <Select
              value={chosen.label}
              labelId={id}
              onChange={({ target }) => setWanted(target.value)}
              IconComponent={SignMore}
              sx={{ minWidth: "14rem", ...SELECT_ICON }}
            >
              {labels.map(({ label }) => (
                <MenuItem key={label} value={label}>
                  {t(`label.${label}`)}
                </MenuItem>
              ))}
            </Select>
          </Box>
        )
      }
    >
      <Typography component="p" variant="second" sx={{ px: "20px", pt: 1.5, color: "text.secondary" }}>
        {chosen ? t("models.subgroups.how") : t("models.subgroups.none")}
      </Typography>
      {chosen && (
        <Table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th
                  key={column}
                  scope="col"
                  colSpan={column === "auroc" ? 2 : 1}
                  className={column === "group" || column === "auroc" ? "" : "number"}
                >
                  {t(`models.subgroups.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chosen.subgroups.map((group) => (
              <Row key={`${group.by}:${group.group}`} group={group} />
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}

function Row({ group }: { group: Subgroup }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const words = useModelWords();
  return (
    <tr>
      <th scope="row">
        <Box component="span" sx={{ color: "text.disabled" }}>
          {words.by(group.by)}:
        </Box>{" "}
        {words.group(group.group)}
      </th>
      <td className="number">
        {figures.count(group.images)} ({figures.count(group.positives)})
      </td>
      {group.auroc ? (
        <>
          <Box component="td" aria-hidden sx={{ width: "24%" }}>
            <Forest figure={group.auroc} rival={null} from={0} to={1} chance={0.5} />
          </Box>
          <td className="number">
            <IntervalWords figure={group.auroc} />
          </td>
        </>
      ) : (
        <Box component="td" colSpan={2} sx={{ color: "text.disabled" }}>
          {t("models.subgroups.tooFew")}
        </Box>
      )}
      <td className="number">
        <IntervalWords figure={group.sensitivity} />
      </td>
      <td className="number">
        <IntervalWords figure={group.specificity} />
      </td>
    </tr>
  );
}
