// Trying parked things again: one after the other, each with its own outcome, which stays to be read after the thing is gone.
import { useCallback, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { passes, ProblemError } from "../api/problem.ts";
import { OPERATIONS, type Parked, retry } from "./read.ts";

export type Outcome =
  { state: "waiting" | "trying" | "queued" | "unreachable" | "stopped" } | { state: "refused"; reason: string };

/** A thing that somebody had tried again, as it was then. */
export interface Tried {
  thing: Parked;
  outcome: Outcome;
  /** It was seen not to wait any more: if it waits now, it was parked once more. */
  hasLeft: boolean;
}

export interface Retries {
  tried: ReadonlyMap<string, Tried>;
  isBusy: boolean;
  start: (things: readonly Parked[]) => void;
  stop: () => void;
  clear: () => void;
  /** Has what was tried compared with what waits now. */
  compare: (parked: readonly Parked[]) => void;
}

export const keyOf = ({ kind, id }: Pick<Parked, "kind" | "id">) => `${kind}:${id}`;

export function useRetries(): Retries {
  const queries = useQueryClient();
  const [tried, setTried] = useState<ReadonlyMap<string, Tried>>(new Map());
  const [isBusy, setBusy] = useState(false);
  const line = useRef<Parked[]>([]);
  const isStopped = useRef(false);

  const tell = useCallback((thing: Parked, outcome: Outcome) => {
    setTried((before) => new Map(before).set(keyOf(thing), { thing, outcome, hasLeft: false }));
  }, []);

  const run = useCallback(async () => {
    setBusy(true);
    for (let thing = line.current.shift(); thing; thing = line.current.shift()) {
      tell(thing, { state: "trying" });
      const outcome = await ask(thing);
      tell(thing, outcome);
      // Who does not answer once is not asked for all the others, too.
      const rest = outcome.state === "unreachable" ? "unreachable" : isStopped.current ? "stopped" : null;
      if (rest) for (const other of line.current.splice(0)) tell(other, { state: rest });
    }
    setBusy(false);
    void queries.invalidateQueries({ queryKey: OPERATIONS });
  }, [queries, tell]);

  const start = useCallback(
    (things: readonly Parked[]) => {
      const isIdle = line.current.length === 0 && !isBusy;
      for (const thing of things) {
        if (line.current.some((other) => keyOf(other) === keyOf(thing))) continue;
        line.current.push(thing);
        tell(thing, { state: "waiting" });
      }
      if (!isIdle) return;
      isStopped.current = false;
      void run();
    },
    [isBusy, run, tell],
  );
  const stop = useCallback(() => {
    isStopped.current = true;
  }, []);
  const clear = useCallback(() => setTried(new Map()), []);
  const compare = useCallback((parked: readonly Parked[]) => {
    const known = new Set(parked.map(keyOf));
    setTried((before) => {
      const left = [...before].filter(
        ([key, one]) => one.outcome.state === "queued" && !one.hasLeft && !known.has(key),
      );
      if (!left.length) return before;
      return new Map([...before, ...left.map(([key, one]) => [key, { ...one, hasLeft: true }] as const)]);
    });
  }, []);
  useEffect(() => stop, [stop]);
  return { tried, isBusy, start, stop, clear, compare };
}

async function ask(thing: Parked): Promise<Outcome> {
  try {
    await retry(thing);
    return { state: "queued" };
  } catch (error) {
    if (error instanceof ProblemError && !passes(error)) return { state: "refused", reason: error.message };
    return { state: "unreachable" };
  }
}

export interface ShownRow {
  thing: Parked;
  /** What is known of trying it again; "gone": it no longer waits, "again": it was tried and waits once more. */
  outcome: Outcome | { state: "gone" | "again" } | null;
  isParked: boolean;
}

/** The rows to show: what is parked, and what was tried again and is no longer, in its old place. */
export function rowsOf(parked: readonly Parked[], tried: ReadonlyMap<string, Tried>): ShownRow[] {
  const known = new Set(parked.map(keyOf));
  const rows: ShownRow[] = parked.map((thing) => ({
    thing,
    outcome: outcomeOf(tried.get(keyOf(thing)), thing),
    isParked: true,
  }));
  for (const [key, one] of tried)
    if (!known.has(key)) rows.push({ thing: one.thing, outcome: outcomeOf(one, null), isParked: false });
  return rows.sort(
    (a, b) => Date.parse(a.thing.since) - Date.parse(b.thing.since) || (keyOf(a.thing) < keyOf(b.thing) ? -1 : 1),
  );
}

function outcomeOf(one: Tried | undefined, now: Parked | null): ShownRow["outcome"] {
  if (!one) return null;
  if (one.outcome.state !== "queued") return one.outcome;
  if (!now) return { state: "gone" };
  return one.hasLeft || now.attempts > one.thing.attempts ? { state: "again" } : one.outcome;
}
