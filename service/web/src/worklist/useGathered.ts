// Gathers changes that come close together into one, makes one after the other, and makes up for one that failed.
import { useCallback, useEffect, useRef } from "react";

import type { Changed } from "../api/events.ts";
import { whenBack } from "../api/reach.ts";

const GATHER_MS = 300;

export function useGathered(change: (changed: Changed) => Promise<void>): (changed: Changed) => void {
  const waiting = useRef<Set<string> | null>(new Set());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(Promise.resolve());
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });

  const gather = useCallback((changed: Changed) => {
    if (changed === null) waiting.current = null;
    else for (const uid of changed) waiting.current?.add(uid);
    timer.current ??= setTimeout(() => {
      const gathered = waiting.current && [...waiting.current];
      waiting.current = new Set();
      timer.current = undefined;
      const next = last.current.then(() => latest.current(gathered));
      // What was missed is not known: everything is read again, with the next change or when Diafan answers again.
      last.current = next.catch(() => {
        waiting.current = null;
      });
    }, GATHER_MS);
  }, []);

  useEffect(() => {
    const stop = whenBack(() => gather(null));
    return () => {
      stop();
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [gather]);
  return gather;
}
