// Whose study it is, and the way to the next one.
import { memo } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Key } from "../shell/Key.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { localeOf } from "../words/words.ts";
import { PatientChanged } from "../worklist/PatientChanged.tsx";
import { PatientCorrected } from "../worklist/PatientCorrected.tsx";
import { ageOn, readableName } from "../worklist/person.ts";
import type { Study } from "../worklist/read.ts";
import { useTimes } from "../worklist/useTimes.ts";
import type { Neighbour, Neighbours } from "./neighbours.ts";

interface Props {
  /** Undefined: not read yet; null: the worklist does not have it. */
  line: Study | null | undefined;
  /** Nobody is shown whose study it is. */
  isRestricted?: boolean;
  neighbours: Neighbours | null;
  back: string;
  onGo: (to: Neighbour | null) => void;
}

export const StudyHead = memo(function StudyHead({ line, isRestricted = false, neighbours, back, onGo }: Props) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  const person = usePerson(line, isRestricted);
  return (
    <Box
      sx={{
        height: "3.5rem",
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: 2,
        px: `${GUTTER_PX}px`,
        borderBottom: 1,
        borderColor: "divider",
        whiteSpace: "nowrap",
      }}
    >
      <Button component={Link} to={back} variant="text" sx={{ px: 0.5, ml: -0.5, color: "text.secondary" }}>
        ‹ {t("navigation.worklist")}
      </Button>
      <Typography
        variant="h1"
        sx={{ typography: "h2", overflow: "hidden", textOverflow: "ellipsis", minWidth: "6rem" }}
      >
        {person.name}
      </Typography>
      <Box component="span" sx={{ color: "text.secondary" }}>
        {person.facts}
        {line && <PatientChanged study={line} />}
      </Box>
      {line && <PatientCorrected study={line} />}
      <Box
        component="span"
        sx={{ color: "text.disabled", flex: "1 10 0", minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}
        title={person.study}
      >
        {person.study}
      </Box>
      {neighbours && (
        <Box component="span" sx={{ typography: "second", color: "text.disabled" }}>
          {t("study.place", { place: number.format(neighbours.place), total: number.format(neighbours.total) })}
        </Box>
      )}
      <Button
        variant="text"
        disabled={!neighbours?.previous}
        aria-keyshortcuts="k"
        onClick={() => onGo(neighbours?.previous ?? null)}
        sx={{ gap: 1 }}
      >
        {t("study.previous")} <Key aria-hidden>k</Key>
      </Button>
      <Button
        variant="text"
        disabled={!neighbours?.next}
        aria-keyshortcuts="j"
        onClick={() => onGo(neighbours?.next ?? null)}
        sx={{ gap: 1, ml: -1.5 }}
      >
        {t("study.next")} <Key aria-hidden>j</Key>
      </Button>
    </Box>
  );
});

function usePerson(
  line: Study | null | undefined,
  isRestricted: boolean,
): { name: string; facts: string; study: string } {
  const { t } = useTranslation();
  const times = useTimes(0);
  // Neither a name nor a space for one: nothing moves when it comes.
  if (isRestricted) return { name: t("worklist.nameRestricted"), facts: "", study: "" };
  if (!line) return { name: line === null ? t("worklist.noName") : " ", facts: "", study: "" };
  const age = ageOn(line.birth_date, line.study_date ?? line.received_at.slice(0, 10));
  const sex = line.sex === "M" || line.sex === "F" || line.sex === "O" ? t(`sex.${line.sex}`) : "";
  const facts = [sex, age && t(`age.${age.unit}`, { count: age.count }), line.patient_id];
  const when = line.study_date
    ? times.date(line.study_date)
    : `${times.date(line.received_at.slice(0, 10))}, ${times.hour(line.received_at)}`;
  const study = [line.description || t("worklist.noDescription"), when, line.accession_number];
  return {
    name: readableName(line.patient_name) || t("worklist.noName"),
    facts: facts.filter(Boolean).join(" · "),
    study: study.filter(Boolean).join(" · "),
  };
}
