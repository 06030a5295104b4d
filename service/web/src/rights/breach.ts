// The clock of 72 hours, and whether a span of time can be meant.

export const HOURS_72_MS = 72 * 3_600_000;

/** What a field for a date and a time has, as a moment of this computer's time zone; null: none yet. */
export function momentOf(typed: string): number | null {
  const moment = typed ? new Date(typed).getTime() : NaN;
  return Number.isNaN(moment) ? null : moment;
}

/** A moment as such a field writes it: 2026-11-26T09:30, without a zone. */
export function typedOf(moment: number): string {
  const at = new Date(moment);
  return new Date(moment - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export type SpanFault = "spanMissing" | "spanWrong";

export function faultOf(since: string, until: string): SpanFault | null {
  const [from, to] = [momentOf(since), momentOf(until)];
  if (from === null || to === null) return "spanMissing";
  return from < to ? null : "spanWrong";
}
