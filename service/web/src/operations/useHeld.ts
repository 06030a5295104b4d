// What is on the screen while somebody has a hand on it: nothing may move under that hand.
import { useState } from "react";

/** Returns `value`, and the last one from before while `isHeld`. */
export function useHeld<T>(value: T, isHeld: boolean): T {
  const [kept, setKept] = useState(value);
  if (!isHeld && kept !== value) setKept(value);
  return isHeld ? kept : value;
}

/** Returns `rows`; while `isHeld` those that were shown keep their places, `gone` stands in for one that left, and new ones come last. */
export function useSteady<T>(
  rows: readonly T[],
  isHeld: boolean,
  keyOf: (row: T) => string,
  gone: (row: T) => T,
): readonly T[] {
  const [read, setRead] = useState(rows);
  const [shown, setShown] = useState(rows);
  const [wasHeld, setWasHeld] = useState(isHeld);
  if (read !== rows || wasHeld !== isHeld) {
    setRead(rows);
    setWasHeld(isHeld);
    setShown(isHeld ? steady(shown, rows, keyOf, gone) : rows);
  }
  return shown;
}

export function steady<T>(
  before: readonly T[],
  now: readonly T[],
  keyOf: (row: T) => string,
  gone: (row: T) => T,
): readonly T[] {
  const left = new Map(now.map((row) => [keyOf(row), row]));
  const kept = before.map((row) => {
    const same = left.get(keyOf(row));
    left.delete(keyOf(row));
    return same ?? gone(row);
  });
  return [...kept, ...left.values()];
}
