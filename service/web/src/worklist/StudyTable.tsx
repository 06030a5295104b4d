// The table of the worklist: any number of rows, of which those in sight are drawn; moved through by keys as by pointer.
import { useEffect, useImperativeHandle, useRef, useState } from "react";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import useMediaQuery from "@mui/material/useMediaQuery";
import { styled } from "@mui/material/styles";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useTranslation } from "react-i18next";

import { SignDown, SignUp } from "../shell/icons.tsx";
import { ROW_HEAD_REM, ROW_REM, WIDE_PX } from "../theme/tokens.ts";
import { COLUMNS, layoutFor } from "./columns.ts";
import { type Filter, firstDirection, type Sort } from "./filter.ts";
import { remember, remembered } from "./memory.ts";
import type { Study } from "./read.ts";
import { Row, RowBones, StudyCells } from "./StudyRow.tsx";
import { useNow } from "./useTimes.ts";
import type { Worklist } from "./useWorklist.ts";

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
  "&[data-study]:hover": { backgroundColor: vars.palette.ours.raised },
  "&[aria-selected='true']": { backgroundColor: vars.palette.ours.selected },
  "[role='grid']:focus-visible &[aria-selected='true']": {
    outline: `2px solid ${vars.palette.ours.accent}`,
    outlineOffset: -2,
  },
}));

export interface TableHandle {
  /** Takes the keys; the chosen row stays chosen, and where there is none it is the first. */
  focus: () => void;
  /** Takes the keys, with the first row chosen, whichever study that will be once a search is answered. */
  focusFirst: () => void;
  toTop: () => void;
}

interface Props {
  worklist: Worklist;
  filter: Filter;
  onSort: (sort: Sort, descending: boolean) => void;
  onOpen: (studyInstanceUid: string) => void;
  /** Somebody has a hand on the list, or has scrolled it. */
  onHeld: (held: boolean) => void;
  handle: React.Ref<TableHandle>;
}

/** There is such a study, and nobody may look at it. */
const isClosed = (study: Study) => study.status === "restricted";

const idOf = (row: number) => `study-${row}`;

export function StudyTable({ worklist, filter, onSort, onOpen, onHeld, handle }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const layout = layoutFor(useMediaQuery("(min-width: 1600px)"), useMediaQuery(`(min-width: ${WIDE_PX}px)`));
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(() => remembered().active);
  const [scrolled, setScrolled] = useState(() => remembered().scrollTop > 0);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const isKnown = worklist.total !== null;
  const count = worklist.total ?? 24;
  const rem = useRemPx();
  const headPx = Math.round(ROW_HEAD_REM * rem);

  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => Math.round(ROW_REM * rem),
    overscan: 6,
    initialOffset: remembered().scrollTop,
    // The heading lies in the list, and over its first rows once they are scrolled.
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
  });
  const drawn = rows.getVirtualItems();
  const [first, last] = [drawn[0]?.index, drawn.at(-1)?.index];
  const { look } = worklist;
  useEffect(() => {
    if (first !== undefined && last !== undefined) look(first, last);
  }, [look, first, last]);
  useEffect(() => rows.measure(), [rows, rem]);

  // The chosen study keeps being chosen when its row is another one.
  const activeRow = active && isKnown ? rowOf(worklist, active, drawn) : null;
  const isHeld = scrolled || pointed || (focused && activeRow !== null);
  useEffect(() => onHeld(isHeld), [onHeld, isHeld]);

  const choose = (row: number) => {
    const to = Math.max(0, Math.min(count - 1, row));
    const uid = worklist.at(to)?.study_instance_uid ?? "";
    setActive({ row: to, uid });
    remember({ active: { row: to, uid } });
    rows.scrollToIndex(to, { align: "auto" });
  };
  const open = (row: number) => {
    const study = worklist.at(row);
    const uid = study?.study_instance_uid;
    // Rows that are about to be others open nothing: it could be the wrong patient.
    if (!uid || worklist.isChanging) return;
    choose(row);
    if (isClosed(study)) return;
    onOpen(uid);
  };
  useImperativeHandle(handle, () => ({
    focus: () => {
      scroller.current?.focus();
      if (activeRow === null && count) choose(0);
    },
    focusFirst: () => {
      scroller.current?.focus();
      setActive({ row: 0, uid: "" });
    },
    toTop: () => {
      setActive(null);
      remember({ active: null, scrollTop: 0 });
      rows.scrollToOffset(0);
    },
  }));

  const onKey = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !isKnown || !count) return;
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (ROW_REM * rem)) - 2);
    const from = activeRow ?? -1;
    const to = {
      ArrowDown: from + 1,
      ArrowUp: Math.max(0, from - 1),
      PageDown: from + screen,
      PageUp: from - screen,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      choose(to);
    } else if (event.key === "Enter" && activeRow !== null) {
      event.preventDefault();
      open(activeRow);
    }
  };

  return (
    <Box
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={t("worklist.grid")}
      aria-rowcount={isKnown ? count + 1 : -1}
      aria-colcount={COLUMNS.length}
      aria-busy={!isKnown || worklist.isChanging}
      aria-activedescendant={activeRow === null ? undefined : idOf(activeRow)}
      aria-readonly
      onKeyDown={onKey}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onScroll={(event) => {
        const { scrollTop } = event.currentTarget;
        remember({ scrollTop });
        setScrolled(scrollTop > 0);
      }}
      sx={{
        height: "100%",
        overflow: "auto",
        scrollPaddingTop: `${ROW_HEAD_REM}rem`,
        "&:focus-visible": { outlineOffset: -2 },
        "&:focus-visible:has([aria-selected='true'])": { outline: "none" },
      }}
    >
      <Head role="row" aria-rowindex={1} sx={{ gridTemplateColumns: layout.widths }}>
        {COLUMNS.map(({ name, sort }) => (
          <Heading key={name} word={t(`worklist.column.${name}`)} sort={sort} filter={filter} onSort={onSort} />
        ))}
      </Head>
      <Box
        role="rowgroup"
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        sx={{ position: "relative", opacity: worklist.isChanging ? 0.5 : 1 }}
        ref={(element: HTMLElement | null) => {
          element?.style.setProperty("height", `${rows.getTotalSize()}px`);
        }}
      >
        {drawn.map(({ index, start, size }) => {
          const study = isKnown ? worklist.at(index) : undefined;
          const uid = study?.study_instance_uid;
          const isGone = uid !== undefined && worklist.gone.has(uid);
          return (
            <Body
              key={index}
              id={idOf(index)}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={activeRow === index}
              aria-disabled={study && isClosed(study) ? true : undefined}
              data-study={uid}
              onClick={() => open(index)}
              ref={(element) => {
                element?.style.setProperty("transform", `translateY(${start - headPx}px)`);
                element?.style.setProperty("height", `${size}px`);
              }}
              sx={{ gridTemplateColumns: layout.widths, opacity: isGone ? 0.6 : 1 }}
            >
              {study ? (
                <StudyCells study={study} layout={layout} now={now} isGone={isGone} />
              ) : (
                <RowBones row={index} />
              )}
            </Body>
          );
        })}
      </Box>
    </Box>
  );
}

/** The row of the chosen study: where it was, or wherever in sight it is now; null where it is neither. */
function rowOf(
  worklist: Worklist,
  { row, uid }: { row: number; uid: string },
  drawn: readonly { index: number }[],
): number | null {
  const there = worklist.at(row)?.study_instance_uid;
  if (there === undefined || there === uid || uid === "") return row;
  return drawn.find(({ index }) => worklist.at(index)?.study_instance_uid === uid)?.index ?? null;
}

function useRemPx(): number {
  const read = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const [rem, setRem] = useState(read);
  useEffect(() => {
    const onResize = () => setRem(read());
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
  return rem;
}

interface HeadingProps {
  word: string;
  sort: Sort | undefined;
  filter: Filter;
  onSort: (sort: Sort, descending: boolean) => void;
}

function Heading({ word, sort, filter, onSort }: HeadingProps) {
  const { t } = useTranslation();
  if (!sort) return <div role="columnheader">{word}</div>;
  const isSorted = filter.sort === sort;
  const Arrow = filter.descending ? SignDown : SignUp;
  return (
    <div role="columnheader" aria-sort={isSorted ? (filter.descending ? "descending" : "ascending") : undefined}>
      <ButtonBase
        title={t("worklist.sortBy", { column: word })}
        onClick={() => onSort(sort, isSorted ? !filter.descending : firstDirection(sort))}
        sx={{
          font: "inherit",
          gap: "3px",
          height: "1.5rem",
          px: 0.75,
          ml: -0.75,
          borderRadius: 1,
          color: isSorted ? "text.primary" : "inherit",
          "&:hover": { color: "text.primary", bgcolor: "action.hover" },
        }}
      >
        {word}
        <Box
          component="span"
          aria-hidden
          sx={{ visibility: isSorted ? "visible" : "hidden", "& svg": { width: "0.8rem" } }}
        >
          <Arrow />
        </Box>
      </ButtonBase>
    </div>
  );
}
