// Keeps the lines of a batch up to date with what Diafan makes of their images.
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";

import { type Changed, useChanges } from "../api/events.ts";
import { useGathered } from "../worklist/useGathered.ts";
import { imageIdOf, type Item } from "./item.ts";
import { known, look, type Results, subscribe } from "./results.ts";

const NONE: Changed = [];

export function useResults(items: readonly Item[]): Results & { live: boolean } {
  const ids = items.map((item) => imageIdOf(item) ?? "").filter(Boolean);
  const latest = useRef(ids);
  useEffect(() => {
    latest.current = ids;
  });
  const gather = useGathered(useCallback((changed: Changed) => look(latest.current, changed), []));
  const live = useChanges(gather);
  const asked = ids.join();
  useEffect(() => {
    // A new image has no study yet: it is looked at, and no other.
    if (asked) gather(NONE);
  }, [asked, gather]);
  return { ...useSyncExternalStore(subscribe, known), live };
}
