// The files of the batch, one a line, with the counts over them and what to know under them.
import { useEffect, useImperativeHandle, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { styled } from "@mui/material/styles";
import visuallyHidden from "@mui/utils/visuallyHidden";
import { useTranslation } from "react-i18next";

import { ask } from "../api/reach.ts";
import { useGrid } from "../grid/useGrid.ts";
import { Centred } from "../shell/Centred.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { type Act, actsFor, firstAct, lastAct } from "./acts.ts";
import type { Snapshot } from "./batch.ts";
import { FileCells, Row } from "./FileRow.tsx";
import { isUnderWay, isUnsent, type Item } from "./item.ts";
import { type Line, type Tally, tally } from "./line.ts";
import { batch } from "./theBatch.ts";
import type { Opening } from "./useOpening.ts";
import { useSpoken } from "./useSpoken.ts";

const ROW_REM = 2.875;
const TALLIES: readonly Tally[] = ["taken", "declined", "parked", "refused", "stopped", "details", "underWay"];

const FileLine = styled(Row)(({ theme: { vars } }) => ({
  position: "absolute",
  insetInline: 0,
  top: 0,
  borderBottom: `1px solid ${vars.palette.ours.line}`,
  cursor: "default",
  "&:hover": { backgroundColor: vars.palette.ours.raised },
  "&[aria-selected='true']": { backgroundColor: vars.palette.ours.selected },
  "[role='grid']:focus-visible &[aria-selected='true']": {
    outline: `2px solid ${vars.palette.ours.accent}`,
    outlineOffset: -2,
  },
}));

export interface ListHandle {
  focus: () => void;
}

interface Props {
  handle: React.Ref<ListHandle>;
  items: readonly Item[];
  lines: readonly Line[];
  held: Snapshot["held"];
  live: boolean;
  leftOut: number;
  hasFailed: boolean;
  opening: Opening;
  onOpen: (studyInstanceUid: string) => void;
  onDetails: (id: number) => void;
}

const idOf = (id: number) => `file-${id}`;
const heightRem = () => ROW_REM;

export function FileList({ handle, items, lines, held, live, leftOut, hasFailed, opening, onOpen, onDetails }: Props) {
  const { t, i18n } = useTranslation();
  const [activeId, setActiveId] = useState<number | null>(null);
  const at = items.findIndex(({ id }) => id === activeId);
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
    count: items.length,
    heightRem,
    active,
    onActive: (row) => setActiveId(items[row]?.id ?? null),
  });
  useImperativeHandle(handle, () => ({ focus }));
  const drop = items.at(-1)?.drop;
  const seen = useRef(drop);
  useEffect(() => {
    if (drop === seen.current || drop === undefined) return;
    seen.current = drop;
    // A new drop is shown from its first file on, unless somebody has a hand on another.
    if (activeId === null) show(items.findIndex((item) => item.drop === drop));
  }, [drop, items, activeId, show]);
  const spoken = useSpoken(items, lines);
  const formatted = (count: number) => new Intl.NumberFormat(i18n.language).format(count);
  const counts = tally(lines);

  const doAct = (row: number, act: Act) => {
    const [item, line] = [items[row], lines[row]];
    if (!item || !line) return;
    setActiveId(item.id);
    if (act === "open") {
      if (line.uid !== null) onOpen(line.uid);
    } else if (act === "details") onDetails(item.id);
    else if (act === "stop") batch.stop(item.id);
    else if (act === "remove") batch.remove(item.id);
    else batch.again(item.id);
  };
  const onKey = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget || move(event) || active === null) return;
    const [item, line] = [items[active], lines[active]];
    if (!item || !line) return;
    const acts = actsFor(item, line);
    const act = { Enter: firstAct(acts), Delete: lastAct(acts), Backspace: lastAct(acts) }[event.key];
    if (!act) return;
    event.preventDefault();
    doAct(active, act);
    if (act === "remove") setActiveId(items[active + 1]?.id ?? items[active - 1]?.id ?? null);
  };

  return (
    <Box
      component="section"
      aria-labelledby="send-count"
      sx={{
        flex: 1,
        minHeight: 0,
        display: "flex",
        flexDirection: "column",
        bgcolor: "background.paper",
        border: 1,
        borderColor: "divider",
        borderRadius: 1.5,
        overflow: "hidden",
      }}
    >
      <Box
        sx={{
          minHeight: "3rem",
          flex: "none",
          display: "flex",
          alignItems: "center",
          gap: 2,
          px: `${GUTTER_PX}px`,
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        <Typography variant="h2" id="send-count" sx={{ whiteSpace: "nowrap" }}>
          {t("send.files", { count: items.length, formatted: formatted(items.length) })}
        </Typography>
        <Box sx={{ color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
          {TALLIES.filter((one) => counts.get(one))
            .map((one) => t(`send.tally.${one}`, { formatted: formatted(counts.get(one) ?? 0) }))
            .join(" · ")}
        </Box>
        <Box sx={{ flex: 1 }} />
        <Box role="status" sx={visuallyHidden}>
          {spoken}
        </Box>
        {items.some(({ state }) => state.kind === "again") && (
          <Button
            size="small"
            onClick={() => {
              void ask();
              batch.tryNow();
            }}
          >
            {t("send.tryNow")}
          </Button>
        )}
        {items.some((item) => !isUnsent(item)) && (
          <Button size="small" variant="text" onClick={() => batch.clearDone()}>
            {t("send.clearDone")}
          </Button>
        )}
        {items.some(isUnderWay) && (
          <Button size="small" variant="text" onClick={() => batch.stopAll()}>
            {t("send.stopAll")}
          </Button>
        )}
      </Box>
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {items.length === 0 ? (
          <Centred title={t("send.empty.title")} text={t("send.empty.text")} />
        ) : (
          <Box
            ref={attach}
            role="grid"
            tabIndex={0}
            aria-label={t("send.grid")}
            aria-rowcount={items.length}
            aria-colcount={6}
            aria-activedescendant={activeId === null || active === null ? undefined : idOf(activeId)}
            aria-readonly
            onKeyDown={onKey}
            sx={{
              height: "100%",
              overflow: "auto",
              "&:focus-visible": { outlineOffset: -2 },
              "&:focus-visible:has([aria-selected='true'])": { outline: "none" },
            }}
          >
            <Box role="rowgroup" ref={whole} sx={{ position: "relative" }}>
              {sight.map((drawn) => {
                const [item, line] = [items[drawn.index], lines[drawn.index]];
                if (!item || !line) return null;
                const acts = actsFor(item, line);
                const first = firstAct(acts);
                return (
                  <FileLine
                    key={item.id}
                    id={idOf(item.id)}
                    role="row"
                    aria-rowindex={drawn.index + 1}
                    aria-selected={drawn.index === active}
                    ref={place(drawn)}
                    onClick={() => {
                      setActiveId(item.id);
                      if (first === "open" || first === "details") doAct(drawn.index, first);
                    }}
                  >
                    <FileCells
                      item={item}
                      line={line}
                      isAway={held === "away"}
                      isActive={drawn.index === active}
                      acts={acts}
                      onAct={(act) => doAct(drawn.index, act)}
                    />
                  </FileLine>
                );
              })}
            </Box>
          </Box>
        )}
      </Box>
      <Foot {...{ held, live, leftOut, hasFailed, opening }} />
    </Box>
  );
}

type FootProps = Pick<Props, "held" | "live" | "leftOut" | "hasFailed" | "opening">;

/** One line, whatever it says: nothing above it moves. */
function Foot({ held, live, leftOut, hasFailed, opening }: FootProps) {
  const { t, i18n } = useTranslation();
  const words = opening.isDue
    ? t("send.opens")
    : hasFailed
      ? t("send.collectFailed")
      : leftOut
        ? t("send.leftOut", { count: leftOut, formatted: new Intl.NumberFormat(i18n.language).format(leftOut) })
        : t("send.note");
  return (
    <Box
      sx={{
        minHeight: "3rem",
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        px: `${GUTTER_PX}px`,
        borderTop: 1,
        borderColor: "divider",
        typography: "second",
        color: hasFailed ? "ours.present" : "text.disabled",
      }}
    >
      <span role="status">{words}</span>
      {opening.isDue && (
        <Button size="small" onClick={opening.stay}>
          {t("send.stay")}
        </Button>
      )}
      <Box sx={{ flex: 1 }} />
      {!live && held === null && <span>{t("worklist.notLive")}</span>}
    </Box>
  );
}
