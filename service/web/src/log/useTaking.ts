// Takes one file at a time along: it is asked for, and handed to the browser when it is whole. It is stopped when the page is left.
import { useEffect, useRef, useState } from "react";

import { type File, save } from "./download.ts";

export type State<Taken extends File> =
  { is: "idle" } | { is: "running" } | { is: "failed"; error: unknown } | { is: "done"; file: Taken };

export interface Taking<Taken extends File> {
  state: State<Taken>;
  take: (ask: (signal: AbortSignal) => Promise<Taken>) => void;
  /** What is on its way is let go of, and what came of the last one is forgotten. */
  stop: () => void;
}

/** What is empty is not saved, but told as done: there was nothing to take along. */
export function useTaking<Taken extends File = File>(): Taking<Taken> {
  const [state, setState] = useState<State<Taken>>({ is: "idle" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (ask: (signal: AbortSignal) => Promise<Taken>) => {
    const mine = new AbortController();
    running.current = mine;
    setState({ is: "running" });
    try {
      const file = await ask(mine.signal);
      if (mine.signal.aborted) return;
      if (file.content.size > 0) save(file);
      setState({ is: "done", file });
    } catch (error) {
      if (!mine.signal.aborted) setState({ is: "failed", error });
    }
  };
  return {
    state,
    take: (ask) => void run(ask),
    stop: () => {
      running.current?.abort();
      setState({ is: "idle" });
    },
  };
}
