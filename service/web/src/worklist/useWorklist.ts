// The worklist as it stands on the screen: a snapshot that is read as one scrolls, whose rows change in place, and which moves
// only when its reader lets it. A row that moves under a hand opens the wrong patient.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { keepPreviousData, type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";

import { type Changed, useChanges } from "../api/events.ts";
import { remember, remembered } from "./memory.ts";
import { PAGE, type Part, readWorklist, type Study, type Wanted } from "./read.ts";
import { useGathered } from "./useGathered.ts";

const MOST_AT_ONCE = 200;
/** A page that is only scrolled past is not read: each reading is in the audit log. */
const SETTLED_MS = 90;

export interface Worklist {
  /** How many rows there are; null: not known yet. */
  total: number | null;
  /** The study in a row; undefined: not read yet. */
  at: (row: number) => Study | undefined;
  /** Has the rows read that are looked at, both ends included. */
  look: (first: number, last: number) => void;
  /** Studies that changed and are no longer wanted; they keep their rows until the next snapshot. */
  gone: ReadonlySet<string>;
  /** How many studies came that have no row. */
  news: number;
  /** Takes a new snapshot, with the newest. */
  refresh: () => Promise<void>;
  /** The rows are of what was wanted before, until those that are wanted now are read. */
  isChanging: boolean;
  error: unknown;
  live: boolean;
}

const NONE: ReadonlySet<string> = new Set();

/** `isHeld`: somebody has a hand on the list, so that no row may move. */
export function useWorklist(wanted: Wanted, isHeld: boolean): Worklist {
  const queries = useQueryClient();
  const [snapshot, setSnapshot] = useState(() => remembered().snapshot);
  const [pages, setPages] = useState<readonly number[]>([]);
  const [gone, setGone] = useState(NONE);
  const [news, setNews] = useState(0);
  const [settled, setSettled] = useState(wanted);
  const key = useMemo(() => keyOf(wanted, snapshot), [wanted, snapshot]);

  const first = useQuery({ ...page(wanted, snapshot, 0), placeholderData: keepPreviousData });
  const isChanging = settled !== wanted;
  if (isChanging && !first.isPlaceholderData) {
    // What was learned of the rows before is of no use for these.
    setSettled(wanted);
    setGone(NONE);
    setNews(0);
    setPages([]);
  }
  const later = isChanging ? [] : pages;
  const rest = useQueries({ queries: later.map((number) => page(wanted, snapshot, number)) });

  const refresh = useCallback(async () => {
    const next = Date.now();
    // The rows stay until the new ones are there.
    await queries.query(page(wanted, next, 0));
    remember({ snapshot: next });
    setSnapshot(next);
    setGone(NONE);
    setNews(0);
    setPages([]);
  }, [queries, wanted]);

  const change = useCallback(
    async (changed: Changed) => {
      if (changed === null) queries.removeQueries({ queryKey: key, type: "inactive" });
      const known = heldRows(queries, key);
      const affected = changed === null ? known : known.filter((uid) => changed.includes(uid));
      const [fresh, now] = await Promise.all([readRows(wanted, affected), readWorklist(wanted, { limit: 1 })]);
      queries.setQueriesData<Part>({ queryKey: key }, (part) => part && withRows(part, fresh));
      const rows = queries.getQueryData<Part>([...key, 0])?.total ?? now.total;
      setGone((before) => {
        const all = [...before, ...affected].filter((uid) => !fresh.has(uid));
        const after = new Set(all);
        setNews(Math.max(0, now.total - rows + after.size));
        return after.size ? after : NONE;
      });
    },
    [queries, key, wanted],
  );
  const live = useChanges(useGathered(change));

  const isStale = news > 0 || gone.size > 0;
  useEffect(() => {
    // Where this fails the rows are as they were, and the notice says that Diafan does not answer.
    if (!isHeld && isStale)
      Promise.resolve()
        .then(refresh)
        .catch(() => undefined);
  }, [isHeld, isStale, refresh]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = useCallback((from: number, to: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const begin = Math.floor(from / PAGE);
      const seen = Array.from({ length: Math.floor(to / PAGE) - begin + 1 }, (_, at) => begin + at).filter(Boolean);
      setPages((before) => (before.join() === seen.join() ? before : seen));
    }, SETTLED_MS);
  }, []);

  const parts = new Map(later.map((number, at) => [number, rest[at]?.data]));
  parts.set(0, first.data);
  return {
    total: first.data?.total ?? null,
    at: (row) => parts.get(Math.floor(row / PAGE))?.studies[row % PAGE],
    look,
    gone,
    news,
    refresh,
    isChanging,
    error: first.data ? null : first.error,
    live,
  };
}

function keyOf(wanted: Wanted, snapshot: number) {
  return ["worklist", wanted, snapshot] as const;
}

function page(wanted: Wanted, snapshot: number, number: number) {
  return {
    queryKey: [...keyOf(wanted, snapshot), number],
    queryFn: ({ signal }: { signal: AbortSignal }) => readWorklist(wanted, { offset: number * PAGE }, signal),
    staleTime: Infinity,
  };
}

function heldRows(queries: QueryClient, key: readonly unknown[]): string[] {
  const parts = queries.getQueriesData<Part>({ queryKey: key }).map(([, part]) => part?.studies ?? []);
  return parts.flat().map((study) => study.study_instance_uid);
}

async function readRows(wanted: Wanted, uids: readonly string[]): Promise<Map<string, Study>> {
  const found = new Map<string, Study>();
  for (let at = 0; at < uids.length; at += MOST_AT_ONCE) {
    const some = uids.slice(at, at + MOST_AT_ONCE);
    const { studies } = await readWorklist(wanted, { studies: some, limit: MOST_AT_ONCE });
    for (const study of studies) found.set(study.study_instance_uid, study);
  }
  return found;
}

function withRows(part: Part, fresh: ReadonlyMap<string, Study>): Part {
  if (!part.studies.some((study) => fresh.has(study.study_instance_uid))) return part;
  return { ...part, studies: part.studies.map((study) => fresh.get(study.study_instance_uid) ?? study) };
}
