// Asking destinations whether they answer now: all at once, and each tells as soon as it has.
import { useCallback, useState } from "react";

import { passes, ProblemError } from "../api/problem.ts";
import { check, type Checked } from "./read.ts";

export interface Checks {
  results: ReadonlyMap<string, Checked>;
  isPending: boolean;
  start: (names: readonly string[]) => void;
}

export function useChecks(): Checks {
  const [results, setResults] = useState<ReadonlyMap<string, Checked>>(new Map());
  const [pending, setPending] = useState(0);
  const start = useCallback((names: readonly string[]) => {
    setResults(new Map());
    setPending(names.length);
    for (const name of names)
      void checked(name).then((result) => {
        setPending((before) => before - 1);
        if (result) setResults((before) => new Map(before).set(name, result));
      });
  }, []);
  return { results, isPending: pending > 0, start };
}

/** null: Diafan itself did not answer, and the notice says so. */
async function checked(name: string): Promise<Checked | null> {
  try {
    return await check(name);
  } catch (error) {
    if (error instanceof ProblemError && !passes(error)) return { answers: false, error: error.message, took_ms: 0 };
    return null;
  }
}
