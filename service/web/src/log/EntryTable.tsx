// The entries in a table, the newest first: any number of them, read as one scrolls.
import { useEffect, useImperativeHandle } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { styled } from "@mui/material/styles";
import visuallyHidden from "@mui/utils/visuallyHidden";
import { useTranslation } from "react-i18next";

import { useGrid } from "../grid/useGrid.ts";
import { GUTTER_PX, ROW_HEAD_REM } from "../theme/tokens.ts";
import { useNow } from "../worklist/useTimes.ts";
import { EntryCells } from "./EntryRow.tsx";
import type { Log } from "./useLog.ts";

const ROW_REM = 2.25;
const heightRem = () => ROW_REM;
const BONES = 24;
/** Read on before the end is in sight. */
const AHEAD = 40;
const COLUMNS = ["entry", "time", "what", "who", "patient", "outcome"] as const;

const Row = styled("div")(({ theme: { vars } }) => ({
  display: "grid",
  gridTemplateColumns: "5.25rem minmax(7rem, 11rem) minmax(10rem, 14rem) minmax(10rem, 1fr) minmax(7rem, 11rem) 9rem",
  columnGap: 16,
  alignItems: "center",
  padding: `0 ${GUTTER_PX}px`,
  borderBottom: `1px solid ${vars.palette.ours.line}`,
}));
const Head = styled(Row)(({ theme: { vars, typography } }) => ({
  ...typography.h3,
  position: "sticky",
  top: 0,
  zIndex: 1,
  height: `${ROW_HEAD_REM}rem`,
  backgroundColor: vars.palette.ours.panel,
  color: vars.palette.ours.textThird,
}));
const Body = styled(Row)(({ theme: { vars } }) => ({
  position: "absolute",
  insetInline: 0,
  top: 0,
  cursor: "default",
  "&[data-entry]:hover": { backgroundColor: vars.palette.ours.raised },
  "&[aria-selected='true'][data-entry]": { backgroundColor: vars.palette.ours.selected },
  "[role='grid']:focus-visible &[aria-selected='true']": {
    outline: `2px solid ${vars.palette.ours.accent}`,
    outlineOffset: -2,
  },
}));
const Bone = styled("div")(({ theme: { vars } }) => ({
  height: "0.625rem",
  borderRadius: 2,
  backgroundColor: vars.palette.ours.raised,
}));

export interface ListHandle {
  focus: () => void;
  toTop: () => void;
}

interface Props {
  log: Log;
  /** The index of the chosen entry in the log. */
  chosen: number | null;
  onChoose: (index: number | null) => void;
  handle: React.Ref<ListHandle>;
}

const idOf = (index: number) => `entry-${index}`;

export function EntryTable({ log, chosen, onChoose, handle }: Props) {
  const { t } = useTranslation();
  const { acts, isReading } = log;
  const now = useNow();
  const at = acts.findIndex(({ index }) => index === chosen);
  const active = at < 0 ? null : at;
  const count = isReading ? BONES : acts.length;
  const {
    attach,
    drawn: sight,
    whole,
    place,
    move,
    focus,
    show,
  } = useGrid({
    count: count + (isReading ? 0 : 1),
    heightRem,
    active,
    headRem: ROW_HEAD_REM,
    onActive: (row) => onChoose(acts[Math.min(row, acts.length - 1)]?.index ?? null),
  });
  useImperativeHandle(handle, () => ({ focus, toTop: () => show(0) }));
  useReadOn(sight, log);
  return (
    <Box
      ref={attach}
      role="grid"
      tabIndex={0}
      aria-label={t("log.grid")}
      aria-rowcount={isReading || log.hasMore ? -1 : acts.length + 1}
      aria-colcount={COLUMNS.length}
      aria-busy={isReading || log.isReadingMore}
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
      <Head role="row" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <div key={name} role="columnheader">
            {t(`log.column.${name}`)}
          </div>
        ))}
      </Head>
      <Box role="rowgroup" ref={whole} sx={{ position: "relative" }}>
        {sight.map((drawn) => {
          const act = acts[drawn.index];
          if (!isReading && !act) return <End key="end" log={log} place={place(drawn)} />;
          return (
            <Body
              key={act ? act.index : drawn.index}
              id={act && idOf(act.index)}
              role="row"
              aria-rowindex={drawn.index + 2}
              aria-selected={chosen !== null && act?.index === chosen}
              data-entry={act?.index}
              ref={place(drawn)}
              onClick={() => {
                if (act) onChoose(act.index);
              }}
            >
              {act ? <EntryCells act={act} now={now} /> : <Bones row={drawn.index} />}
            </Body>
          );
        })}
      </Box>
      {isReading && (
        <Box role="status" sx={visuallyHidden}>
          {t("loading")}
        </Box>
      )}
    </Box>
  );
}

/** Has older entries read when the end comes near. */
export function useReadOn(sight: readonly { index: number }[], log: Log): void {
  const last = sight.at(-1)?.index ?? 0;
  const { acts, readMore, hasMore } = log;
  useEffect(() => {
    if (hasMore && acts.length && last + AHEAD >= acts.length) readMore();
  });
}

/** Under the last entry: that older ones are being read, that they could not be, or that there are none. */
export function End({ log, place }: { log: Log; place: (element: HTMLElement | null) => void }) {
  const { t, i18n } = useTranslation();
  const { acts, moreError, hasMore } = log;
  const formatted = new Intl.NumberFormat(i18n.language).format(acts.length);
  return (
    <Body role="row" ref={place} sx={{ display: "flex", gap: 2, color: "text.disabled", borderBottom: 0 }}>
      <Box role="gridcell" sx={{ display: "flex", gap: 2, alignItems: "center", typography: "second" }}>
        {moreError
          ? t("log.moreFailed")
          : hasMore
            ? t("log.readMore")
            : t("log.end", { count: acts.length, formatted })}
        {moreError ? (
          <Button size="small" onClick={log.retry} sx={{ minHeight: "1.625rem" }}>
            {t("tryAgain")}
          </Button>
        ) : null}
      </Box>
    </Body>
  );
}

function Bones({ row }: { row: number }) {
  const width = (share: number) => `${share - ((row * 37) % 23)}%`;
  return (
    <>
      {[60, 80, 85, 60, 75, 70].map((share, column) => (
        <div key={column} role="gridcell">
          <Bone sx={{ width: width(share) }} />
        </div>
      ))}
    </>
  );
}
