// Whether Diafan answers: one word for the whole page, learned from every request, and asked again while it does not.
import { useSyncExternalStore } from "react";

const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15_000;

let answers = true;
let pause = FIRST_PAUSE_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();
const onReturn = new Set<() => void>();

function change(now: boolean): void {
  if (answers === now) return;
  answers = now;
  for (const listener of listeners) listener();
  if (now) for (const listener of onReturn) listener();
}

/** A request was answered, whatever the answer. */
export function heard(): void {
  clearTimeout(timer);
  timer = undefined;
  pause = FIRST_PAUSE_MS;
  change(true);
}

/** A request was not answered, or Diafan said that it cannot now. */
export function unheard(): void {
  change(false);
  timer ??= setTimeout(() => void ask(), pause);
}

/** Asks at once; while there is no answer, it asks again by itself, more and more rarely. */
export async function ask(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  try {
    const answer = await fetch("/health/ready", { cache: "no-store" });
    // A disk without room for another image keeps nobody from reading.
    const { type = "" } = answer.ok ? {} : ((await answer.json()) as { type?: string });
    if (answer.ok || type.endsWith(":no-room")) {
      heard();
      return;
    }
  } catch {
    // Still nobody there: said below.
  }
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  unheard();
}

export function isReached(): boolean {
  return answers;
}

/** Calls `listener` each time that Diafan answers again; returns how to stop that. */
export function whenBack(listener: () => void): () => void {
  onReturn.add(listener);
  return () => onReturn.delete(listener);
}

export function useReach(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => answers,
  );
}
