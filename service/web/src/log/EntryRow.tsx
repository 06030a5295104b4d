// One entry in its row: place, time, what, who, whose, and how it ended.
import { memo } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { SignClear, SignDelivered, SignParked } from "../shell/icons.tsx";
import { type Act, shortName } from "./act.ts";
import { useActWords } from "./useActWords.ts";
import { useClock } from "./useClock.ts";

const Cell = styled("div")({ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" });

/** A sign, a word and a colour: none of them alone. */
export function OutcomeMark({ outcome, word }: { outcome: string; word: string }) {
  const [Sign, colour] =
    outcome === "success"
      ? [SignDelivered, "text.secondary"]
      : outcome === "minor failure"
        ? [SignParked, "ours.indeterminate"]
        : [SignClear, "error.main"];
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, color: colour, minWidth: 0 }}>
      <Sign />
      <Cell>{word}</Cell>
    </Box>
  );
}

export const EntryCells = memo(function EntryCells({ act, now }: { act: Act; now: number }) {
  const { t, i18n } = useTranslation();
  const { wordsOf, nameOf, rolesOf } = useActWords();
  const clock = useClock();
  const { what, says, outcome } = wordsOf(act);
  const other = clock.dayIfOther(act.at, now);
  return (
    <>
      <Cell role="gridcell" sx={{ color: "text.disabled" }}>
        {new Intl.NumberFormat(i18n.language).format(act.index)}
      </Cell>
      <Cell role="gridcell" title={clock.whole(act.at)}>
        {other && <Box component="span" sx={{ color: "text.disabled" }}>{`${other} `}</Box>}
        {clock.time(act.at)}
      </Cell>
      <Cell
        role="gridcell"
        title={says}
        sx={{ fontWeight: 500, color: act.outcome === "serious failure" ? "error.main" : "text.primary" }}
      >
        {what}
      </Cell>
      <Cell role="gridcell" dir="auto">
        {act.destination ? `${nameOf(act.agent)} → ${act.destination}` : nameOf(act.agent)}{" "}
        <Box component="span" sx={{ color: "text.disabled" }}>
          {rolesOf(act.agent)}
        </Box>
      </Cell>
      <Cell role="gridcell" title={act.patient} sx={{ color: "text.secondary" }}>
        {act.patient ? (
          shortName(act.patient)
        ) : (
          <span role="img" aria-label={t("log.nobody")}>
            ·
          </span>
        )}
      </Cell>
      <Cell role="gridcell">
        <OutcomeMark outcome={act.outcome} word={outcome} />
      </Cell>
    </>
  );
});
