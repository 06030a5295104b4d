// One study of the worklist: whose, where it stands, what was found. Also the row's own shape while it is being read.
import { memo } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { GUTTER_PX } from "../theme/tokens.ts";
import { FindingsCell } from "./FindingsCell.tsx";
import { PatientChanged } from "./PatientChanged.tsx";
import { StatusCell } from "./StatusCell.tsx";
import type { Layout } from "./columns.ts";
import { ageOn, readableName, sexOf } from "./person.ts";
import type { StudyStatus } from "./filter.ts";
import type { Study } from "./read.ts";
import { useTimes } from "./useTimes.ts";

export const Row = styled("div")(({ theme: { vars } }) => ({
  display: "grid",
  columnGap: 16,
  alignItems: "center",
  padding: `0 ${GUTTER_PX}px`,
  borderBottom: `1px solid ${vars.palette.ours.line}`,
}));

const Cell = styled("div")({ minWidth: 0 });
const Line = styled("div")({ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" });
const Second = styled(Line)(({ theme: { typography, vars } }) => ({
  ...typography.caption,
  color: vars.palette.ours.textThird,
}));

const Place = styled("span")(({ theme: { vars } }) => ({
  display: "inline-block",
  minWidth: 24,
  padding: "0 5px",
  textAlign: "center",
  fontSize: "0.8125rem",
  lineHeight: "1.1875rem",
  fontWeight: 600,
  borderRadius: 3,
  border: `1px solid ${vars.palette.ours.edge}`,
  color: vars.palette.ours.textSecond,
  "&[data-place='1']": {
    backgroundColor: vars.palette.ours.present,
    borderColor: vars.palette.ours.present,
    color: vars.palette.ours.onPresent,
  },
}));

/** Why a study has no name, where that is not the sender's doing. */
const NAMELESS: Partial<Record<StudyStatus, "worklist.nameNotKept" | "worklist.nameRestricted">> = {
  declined: "worklist.nameNotKept",
  restricted: "worklist.nameRestricted",
};

interface Props {
  study: Study;
  layout: Layout;
  now: number;
  isGone: boolean;
}

/** The cells of a row; the row itself is the table's. */
export const StudyCells = memo(function StudyCells({ study, layout, now, isGone }: Props) {
  const { t } = useTranslation();
  const times = useTimes(now);
  const name = readableName(study.patient_name);
  const age = ageOn(study.birth_date, study.study_date ?? study.received_at.slice(0, 10));
  const sex = sexOf(study.sex);
  const short = { female: t("sex.F"), male: t("sex.M"), other: t("sex.O"), unknown: "" }[sex];
  const person = [short, age && t(`age.${age.unit}`, { count: age.count }), study.patient_id];
  const what = [
    study.study_date && times.date(study.study_date),
    study.accession_number,
    study.images > 1 && t("worklist.images", { count: study.images }),
  ];
  const source = study.source.slice(study.source.indexOf(":") + 1);
  return (
    <>
      <Cell role="gridcell">
        {study.priority === null ? (
          <Box component="span" sx={{ color: "text.disabled", pl: 1 }} aria-label={t("worklist.noPriority")} role="img">
            –
          </Box>
        ) : (
          <Place
            data-place={study.priority + 1}
            role="img"
            aria-label={t("worklist.priorityPlace", { place: study.priority + 1 })}
          >
            {study.priority + 1}
          </Place>
        )}
      </Cell>
      <Cell role="gridcell">
        <StatusCell study={study} />
      </Cell>
      <Cell role="gridcell">
        <Line sx={{ fontWeight: 500 }} dir="auto" title={name}>
          {name || t(NAMELESS[study.status] ?? "worklist.noName")}
        </Line>
        <Second>
          {person.filter(Boolean).join(" · ")}
          <PatientChanged study={study} />
        </Second>
      </Cell>
      <Cell role="gridcell">
        <Line dir="auto" title={study.description}>
          {study.description ||
            (study.status !== "restricted" && <Box sx={{ color: "text.disabled" }}>{t("worklist.noDescription")}</Box>)}
        </Line>
        <Second>{what.filter(Boolean).join(" · ")}</Second>
      </Cell>
      <Cell role="gridcell">
        {isGone ? (
          <Box sx={{ color: "text.secondary" }}>{t("worklist.gone")}</Box>
        ) : (
          <FindingsCell study={study} layout={layout} />
        )}
      </Cell>
      <Cell role="gridcell">
        <Line>{times.hour(study.received_at)}</Line>
        <Second>{times.ago(study.received_at)}</Second>
      </Cell>
      <Cell role="gridcell">
        <Line sx={{ typography: "second", color: "text.secondary" }} title={study.source}>
          {source}
        </Line>
      </Cell>
    </>
  );
});

const Bone = styled("div")(({ theme: { vars } }) => ({
  height: "0.625rem",
  borderRadius: 2,
  backgroundColor: vars.palette.ours.raised,
}));

/** Where a row will be: the same height and columns, so that nothing jumps when it comes. */
export function RowBones({ row }: { row: number }) {
  const width = (share: number) => `${share - ((row * 37) % 23)}%`;
  return (
    <>
      <Cell role="gridcell" />
      <Cell role="gridcell">
        <Bone sx={{ width: width(70) }} />
      </Cell>
      <Cell role="gridcell">
        <Bone sx={{ width: width(80) }} />
        <Bone sx={{ width: width(60), mt: 1 }} />
      </Cell>
      <Cell role="gridcell">
        <Bone sx={{ width: width(70) }} />
        <Bone sx={{ width: width(80), mt: 1 }} />
      </Cell>
      <Cell role="gridcell">
        <Bone sx={{ width: width(50) }} />
      </Cell>
      <Cell role="gridcell">
        <Bone sx={{ width: width(60) }} />
      </Cell>
      <Cell role="gridcell">
        <Bone sx={{ width: width(70) }} />
      </Cell>
    </>
  );
}
