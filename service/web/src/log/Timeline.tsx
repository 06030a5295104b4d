// A history: by day, in each day by study or session, with the time in which nothing happened made visible.
import { useCallback, useImperativeHandle, useMemo } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { useGrid } from "../grid/useGrid.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { End, type ListHandle, useReadOn } from "./EntryTable.tsx";
import { type By, type TimelineRow, timelineOf } from "./timeline.ts";
import { TimelineCells } from "./TimelineRow.tsx";
import type { Log } from "./useLog.ts";

const HEIGHTS_REM: Record<TimelineRow["kind"], number> = {
  day: 3.25,
  silence: 2.25,
  group: 2.25,
  act: 2.25,
  gap: 1.75,
};

const Row = styled("div")(({ theme: { vars } }) => ({
  position: "absolute",
  insetInline: 0,
  top: 0,
  display: "flex",
  alignItems: "stretch",
  padding: `0 ${GUTTER_PX}px`,
  cursor: "default",
  "&[data-entry]:hover": { backgroundColor: vars.palette.ours.raised },
  "&[data-entry][aria-selected='true']": { backgroundColor: vars.palette.ours.selected },
  "[role='grid']:focus-visible &[aria-selected='true']": {
    outline: `2px solid ${vars.palette.ours.accent}`,
    outlineOffset: -2,
  },
}));

interface Props {
  log: Log;
  by: By;
  chosen: number | null;
  onChoose: (index: number | null) => void;
  handle: React.Ref<ListHandle>;
}

const idOf = (index: number) => `moment-${index}`;

export function Timeline({ log, by, chosen, onChoose, handle }: Props) {
  const { t } = useTranslation();
  const rows = useMemo(() => timelineOf(log.acts, by, log.hasMore), [log.acts, by, log.hasMore]);
  const heightRem = useCallback((row: number) => HEIGHTS_REM[rows[row]?.kind ?? "act"], [rows]);
  const at = rows.findIndex((row) => row.kind === "act" && row.act.index === chosen);
  const active = at < 0 ? null : at;
  const {
    attach,
    drawn: sight,
    whole,
    place,
    move,
    focus,
    show,
  } = useGrid({
    count: rows.length + 1,
    heightRem,
    active,
    onActive: (to) => {
      // Headings are passed over, in the direction that one goes.
      const onward = active === null || to >= active;
      const found = onward ? rows.slice(to).find(isAct) : rows.slice(0, to + 1).findLast(isAct);
      const other = found ?? (onward ? rows.findLast(isAct) : rows.find(isAct));
      if (other) onChoose(other.act.index);
    },
  });
  useImperativeHandle(handle, () => ({ focus, toTop: () => show(0) }));
  useReadOn(sight, log);
  return (
    <Box
      ref={attach}
      role="grid"
      tabIndex={0}
      aria-label={t("log.timeline.label")}
      aria-rowcount={log.hasMore ? -1 : rows.length}
      aria-colcount={1}
      aria-busy={log.isReading || log.isReadingMore}
      aria-activedescendant={chosen === null || active === null ? undefined : idOf(chosen)}
      aria-readonly
      onKeyDown={(event) => {
        if (move(event)) return;
        if (event.key === "Escape") onChoose(null);
      }}
      sx={{
        height: "100%",
        overflow: "auto",
        "&:focus-visible": { outlineOffset: -2 },
        "&:focus-visible:has([aria-selected='true'])": { outline: "none" },
      }}
    >
      <Box role="rowgroup" ref={whole} sx={{ position: "relative" }}>
        {sight.map((drawn) => {
          const row = rows[drawn.index];
          if (!row) return <End key="end" log={log} place={place(drawn)} />;
          const index = row.kind === "act" ? row.act.index : undefined;
          return (
            <Row
              key={row.key}
              id={index === undefined ? undefined : idOf(index)}
              role="row"
              aria-rowindex={drawn.index + 1}
              aria-selected={index === undefined ? undefined : index === chosen}
              data-entry={index}
              ref={place(drawn)}
              onClick={() => {
                if (index !== undefined) onChoose(index);
              }}
            >
              <TimelineCells row={row} />
            </Row>
          );
        })}
      </Box>
    </Box>
  );
}

function isAct(row: TimelineRow): row is TimelineRow & { kind: "act" } {
  return row.kind === "act";
}
