// A history out of entries: by day, in each day by study or by session, with the time between made visible.
import type { Act } from "./act.ts";

export type By = "study" | "session";

export type TimelineRow =
  | { kind: "day"; key: string; at: number; count: number; isOpen: boolean }
  /** Days without any entry, between two that have some. */
  | { kind: "silence"; key: string; days: number }
  | {
      kind: "group";
      key: string;
      of: By | "none";
      by: By;
      id: string;
      first: number;
      last: number;
      count: number;
      isOpen: boolean;
    }
  | { kind: "act"; key: string; act: Act }
  /** Nothing happened for so long, within a group. */
  | { kind: "gap"; key: string; ms: number };

export const GAP_MS = 30 * 60_000;
const DAY_MS = 86_400_000;

/** `acts`: the newest first, as the rows are. By session for a person's history, by study for a patient's. `hasMore`: of the oldest
 * day not all was read. */
export function timelineOf(acts: readonly Act[], by: By, hasMore: boolean): TimelineRow[] {
  const rows: TimelineRow[] = [];
  let before: number | null = null;
  for (const [day, ofDay] of grouped(acts, (act) => String(midnightOf(act.at)))) {
    const at = Number(day);
    const silent: number = before === null ? 0 : Math.round((before - at) / DAY_MS) - 1;
    if (silent > 0) rows.push({ kind: "silence", key: `s${day}`, days: silent });
    before = at;
    const isOpen = hasMore && ofDay.at(-1) === acts.at(-1);
    rows.push({ kind: "day", key: `d${day}`, at, count: ofDay.length, isOpen });
    for (const [id, some] of grouped(ofDay, (act) => (by === "study" ? act.study : act.agent.tokenId))) {
      const [newest, oldest] = [some[0], some.at(-1)];
      if (!newest || !oldest) continue;
      rows.push({
        kind: "group",
        key: `g${day}-${id}`,
        of: id ? by : "none",
        by,
        id,
        first: oldest.at,
        last: newest.at,
        count: some.length,
        isOpen,
      });
      let later: Act | null = null;
      for (const act of some) {
        const ms: number = later ? later.at - act.at : 0;
        if (ms >= GAP_MS) rows.push({ kind: "gap", key: `p${act.index}`, ms });
        rows.push({ kind: "act", key: `a${act.index}`, act });
        later = act;
      }
    }
  }
  return rows;
}

/** Groups in the order in which their first member comes. */
function grouped(acts: readonly Act[], keyOf: (act: Act) => string): Map<string, Act[]> {
  const groups = new Map<string, Act[]>();
  for (const act of acts) {
    const key = keyOf(act);
    const group = groups.get(key);
    if (group) group.push(act);
    else groups.set(key, [act]);
  }
  return groups;
}

/** The beginning of the day on the reader's clock, which has a day of 23 or 25 hours twice a year. */
function midnightOf(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
