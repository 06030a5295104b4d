// The keys of the program: who listens to which, and what the help says of them.
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { en } from "../words/en.ts";

type ShortcutWord = Exclude<keyof (typeof en)["shortcuts"], "label" | "single" | "singleHelp">;

/** One line of the help; `handler` is left out where the focused part listens itself. */
export interface Shortcut {
  keys: readonly string[];
  word: ShortcutWord;
  where: "everywhere" | "inList" | "inStudy";
  handler?: () => void;
}

interface Board {
  shown: readonly Shortcut[];
  add: (shortcuts: readonly Shortcut[]) => () => void;
  single: boolean;
  setSingle: (on: boolean) => void;
}

const KEPT_AS = "diafan.single-keys";
const Context = createContext<Board | null>(null);

/** Tells whether a key belongs to a field that somebody writes in, or to an open menu or dialog. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  if (target?.closest("input, textarea, select, [contenteditable]")) return true;
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

export function ShortcutBoard({ children }: { children: React.ReactNode }) {
  const [groups, setGroups] = useState<ReadonlyMap<symbol, readonly Shortcut[]>>(new Map());
  const [single, setSingleState] = useState(() => localStorage.getItem(KEPT_AS) !== "off");
  const shown = useMemo(() => [...groups.values()].flat(), [groups]);
  const add = useCallback((shortcuts: readonly Shortcut[]) => {
    const id = Symbol("shortcuts");
    setGroups((known) => new Map(known).set(id, shortcuts));
    return () => setGroups((known) => new Map([...known].filter(([key]) => key !== id)));
  }, []);
  const setSingle = useCallback((on: boolean) => {
    localStorage.setItem(KEPT_AS, on ? "on" : "off");
    setSingleState(on);
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A key alone must be possible to switch off (WCAG 2.1.4).
      if (!single || isTaken(event)) return;
      const found = shown.find((shortcut) => shortcut.handler && shortcut.keys.includes(event.key));
      if (!found?.handler) return;
      event.preventDefault();
      found.handler();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [shown, single]);

  const board = useMemo(() => ({ shown, add, single, setSingle }), [shown, add, single, setSingle]);
  return <Context value={board}>{children}</Context>;
}

export function useShortcutBoard(): Board {
  const board = use(Context);
  if (!board) throw new Error("there is no ShortcutBoard around this");
  return board;
}

/** Has the help show `shortcuts`, and their handlers called, as long as the caller is on the screen. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const { add } = useShortcutBoard();
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const names = shortcuts.map((shortcut) => shortcut.word).join();
  useEffect(
    () =>
      add(
        latest.current.map((shortcut, at) =>
          shortcut.handler ? { ...shortcut, handler: () => latest.current[at]?.handler?.() } : shortcut,
        ),
      ),
    [add, names],
  );
}
