// One image alone goes straight on to its study, as soon as its result is there: unless its sender would rather stay.
import { useEffect, useState } from "react";

import { isUnsent, type Item } from "./item.ts";
import { hasResult, type Line } from "./line.ts";

export interface Opening {
  /** A study will open by itself. */
  isDue: boolean;
  stay: () => void;
}

/** Whose sender stayed, or has been there: a way back must not lead on again. */
const settled = new Set<number>();

export function useOpening(items: readonly Item[], lines: readonly Line[], open: (uid: string) => void): Opening {
  const [, redraw] = useState(0);
  const alone = aloneIn(items);
  const line = alone ? lines[items.indexOf(alone)] : undefined;
  const isDue = alone !== null && !settled.has(alone.id) && alone.state.kind === "taken" && !alone.state.before;
  const uid = isDue && line && hasResult(line) ? line.uid : null;
  useEffect(() => {
    if (uid === null || !alone) return;
    settled.add(alone.id);
    open(uid);
  }, [uid, alone, open]);
  return {
    isDue: isDue && (line ? ["received", "analysing"].includes(line.standing) : false),
    stay: () => {
      if (alone) settled.add(alone.id);
      redraw((times) => times + 1);
    },
  };
}

/** The only file of the newest drop, if nothing else is under way. */
function aloneIn(items: readonly Item[]): Item | null {
  const last = items.at(-1);
  if (!last || items.filter(({ drop }) => drop === last.drop).length !== 1) return null;
  return items.some((item) => item !== last && isUnsent(item)) ? null : last;
}
