// One row of a history, on its rail: a day, a study or session, an entry, or a time in which nothing happened.
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { shortName } from "./act.ts";
import { OutcomeMark } from "./EntryRow.tsx";
import type { TimelineRow } from "./timeline.ts";
import { useActWords } from "./useActWords.ts";
import { useClock } from "./useClock.ts";

const Line = styled("div")({ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" });

const Rail = styled("div")(({ theme: { vars } }) => ({
  position: "relative",
  flex: "none",
  width: "1.5rem",
  "&::before": {
    content: '""',
    position: "absolute",
    insetBlock: 0,
    insetInlineStart: "0.4375rem",
    borderInlineStart: `2px solid ${vars.palette.ours.edge}`,
  },
  "&[data-gap]::before": { borderInlineStartStyle: "dotted" },
  "&[data-dot]::after": {
    content: '""',
    position: "absolute",
    top: "calc(50% - 4px)",
    insetInlineStart: "calc(0.4375rem - 3px)",
    width: 8,
    height: 8,
    borderRadius: "50%",
    backgroundColor: vars.palette.ours.textSecond,
  },
  "&[data-dot='failed']::after": { backgroundColor: vars.palette.ours.bad, borderRadius: 0 },
}));

export function TimelineCells({ row }: { row: TimelineRow }) {
  const { t, i18n } = useTranslation();
  const { wordsOf } = useActWords();
  const clock = useClock();
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const entries = (count: number, isOpen: boolean) =>
    t(isOpen ? "log.timeline.soFar" : "log.timeline.entries", { count, formatted: number(count) });
  switch (row.kind) {
    case "day":
      return (
        <Box
          role="gridcell"
          sx={{
            display: "flex",
            alignItems: "flex-end",
            gap: 1.5,
            pb: 0.75,
            flex: 1,
            borderBottom: 1,
            borderColor: "divider",
          }}
        >
          <Box
            component="span"
            sx={{ typography: "h2", "&::first-letter": { textTransform: "uppercase" }, display: "inline-block" }}
          >
            {clock.longDay(row.at)}
          </Box>
          <Box component="span" sx={{ typography: "second", color: "text.disabled", lineHeight: "1.5rem" }}>
            {entries(row.count, row.isOpen)}
          </Box>
        </Box>
      );
    case "silence":
      return (
        <>
          <Rail data-gap />
          <Line
            role="gridcell"
            sx={{ alignSelf: "center", typography: "second", color: "text.disabled", fontStyle: "italic" }}
          >
            {t("log.timeline.silence", { count: row.days, formatted: number(row.days) })}
          </Line>
        </>
      );
    case "group": {
      const what = {
        session: t("log.timeline.session", { id: row.id.slice(0, 8) }),
        study: t("log.timeline.study", { id: shortName(row.id) }),
        none: t(row.by === "study" ? "log.timeline.noStudy" : "log.timeline.noSession"),
      }[row.of];
      const [from, to] = [clock.hour(row.first), clock.hour(row.last)];
      return (
        <>
          <Rail />
          <Line
            role="gridcell"
            title={row.id}
            sx={{ alignSelf: "end", pb: 0.5, typography: "second", color: "text.secondary" }}
          >
            <Box component="span" sx={{ fontWeight: 600 }}>
              {what}
            </Box>{" "}
            · {from === to ? from : `${from}–${to}`} · {entries(row.count, row.isOpen)}
          </Line>
        </>
      );
    }
    case "gap":
      return (
        <>
          <Rail data-gap />
          <Line
            role="gridcell"
            sx={{ alignSelf: "center", typography: "caption", color: "text.disabled", fontStyle: "italic" }}
          >
            {t("log.timeline.gap", { duration: clock.duration(row.ms) })}
          </Line>
        </>
      );
    case "act": {
      const { act } = row;
      const { says, outcome } = wordsOf(act);
      return (
        <>
          <Rail data-dot={act.outcome === "success" ? "" : "failed"} />
          <Box
            role="gridcell"
            sx={{
              flex: 1,
              minWidth: 0,
              display: "grid",
              gridTemplateColumns: "7rem minmax(0, 1fr) auto",
              gap: 2,
              alignItems: "center",
            }}
          >
            <Box component="span" sx={{ color: "text.disabled" }}>
              {clock.time(act.at)}
            </Box>
            <Line dir="auto" title={says}>
              {says}
            </Line>
            {act.outcome === "success" ? <span /> : <OutcomeMark outcome={act.outcome} word={outcome} />}
          </Box>
        </>
      );
    }
  }
}
