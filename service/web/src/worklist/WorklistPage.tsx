// The worklist: what has come, whose it is, where it stands, and what the model says of it.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";

import { Centred } from "../shell/Centred.tsx";
import { Failure } from "../shell/Failure.tsx";
import { Mark } from "../shell/Mark.tsx";
import { useShortcuts } from "../shell/shortcuts.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { FilterBar } from "./FilterBar.tsx";
import { EVERYTHING, type Filter, isFiltered, readFilter, writeFilter } from "./filter.ts";
import { remember, remembered } from "./memory.ts";
import { StudyTable, type TableHandle } from "./StudyTable.tsx";
import { useWorklist } from "./useWorklist.ts";

export default function WorklistPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [address, setAddress] = useSearchParams();
  const [text, setText] = useState(() => remembered().text);
  const [isHeld, setHeld] = useState(() => remembered().scrollTop > 0);
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<TableHandle>(null);
  const asked = address.toString();
  const filter = useMemo(() => readFilter(new URLSearchParams(asked)), [asked]);
  const wanted = useMemo(() => ({ ...filter, text }), [filter, text]);
  const worklist = useWorklist(wanted, isHeld);
  usePageTitle(t("worklist.title"));
  useStudyAhead(worklist.total !== null);

  const onFilter = useCallback(
    (next: Filter) => {
      table.current?.toTop();
      setAddress(writeFilter(next), { replace: true });
    },
    [setAddress],
  );
  const onText = useCallback((next: string) => {
    if (next === remembered().text) return;
    table.current?.toTop();
    remember({ text: next });
    setText(next);
  }, []);
  const onNewest = () => {
    worklist
      .refresh()
      .then(() => table.current?.toTop())
      // The notice says that Diafan does not answer; the rows and the button stay.
      .catch(() => undefined);
  };
  const toTable = () => table.current?.focus();
  useShortcuts([
    { keys: ["/"], word: "search", where: "everywhere", handler: () => search.current?.focus() },
    { keys: ["ArrowUp", "ArrowDown"], word: "move", where: "inList", handler: toTable },
    { keys: ["PageUp", "PageDown"], word: "page", where: "inList" },
    { keys: ["Home", "End"], word: "ends", where: "inList" },
    { keys: ["Enter"], word: "open", where: "inList" },
    { keys: ["n"], word: "newest", where: "inList", handler: onNewest },
    { keys: ["Escape"], word: "leave", where: "inList" },
  ]);

  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column" }}>
      <FilterBar
        filter={filter}
        text={text}
        worklist={worklist}
        searchRef={search}
        onFilter={onFilter}
        onText={onText}
        onLeaveSearch={() => table.current?.focusFirst()}
        onNewest={onNewest}
      />
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {worklist.error ? (
          <Failure
            error={worklist.error}
            title={t("worklist.failed")}
            onRetry={() => void queries.refetchQueries({ queryKey: ["worklist"], type: "active" })}
          />
        ) : worklist.total === 0 && !worklist.isChanging ? (
          <Nothing
            isFiltered={isFiltered(filter, text)}
            onClear={() => {
              onText("");
              onFilter({ ...EVERYTHING, sort: filter.sort, descending: filter.descending });
            }}
          />
        ) : (
          <StudyTable
            worklist={worklist}
            filter={filter}
            onSort={(sort, descending) => onFilter({ ...filter, sort, descending })}
            onOpen={(uid) => void navigate(`/studies/${uid}`, { state: { worklist: asked } })}
            onHeld={setHeld}
            handle={table}
          />
        )}
      </Box>
    </Box>
  );
}

/** The viewer is large: it comes while the list is read, and not when somebody waits for an image. */
function useStudyAhead(isListRead: boolean): void {
  useEffect(() => {
    if (!isListRead || !("requestIdleCallback" in window)) return;
    const handle = window.requestIdleCallback(() => {
      // What fails here is loaded when it is needed, and told then.
      void import("../study/StudyPage.tsx").catch(() => undefined);
      void import("../study/image/cornerstone.ts").catch(() => undefined);
    });
    return () => window.cancelIdleCallback(handle);
  }, [isListRead]);
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  if (!isFiltered) {
    const sign = <Mark size="2.5rem" />;
    return <Centred role="status" sign={sign} title={t("worklist.empty.title")} text={t("worklist.empty.text")} />;
  }
  return (
    <Centred role="status" title={t("worklist.noMatch.title")} text={t("worklist.noMatch.text")}>
      <Button onClick={onClear}>{t("worklist.noMatch.clear")}</Button>
    </Centred>
  );
}
