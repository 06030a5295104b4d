// Which entries are wanted. The address holds it, so that a view can be kept: but never a person, whose sign may be a name.
import type { Outcome } from "./act.ts";
import { isGroup, isKind, type What } from "./kinds.ts";
import { agentAt, placeOf } from "./people.ts";
import { PURPOSE } from "./purposes.ts";

/** `today`, the last days with today, any time, or from one day to another, both included (YYYY-MM-DD). */
export type When = "" | "today" | "7d" | "30d" | `${string}..${string}`;

export interface Wanted {
  when: When;
  what: What;
  outcome: Outcome | "";
  /** A pseudonym. */
  patient: string;
  /** Every name that the log has for one study; none: any study. */
  studies: readonly string[];
  /** The id of a person or a system, exactly as the log has it. */
  agent: string;
  /** A code of HL7's PurposeOfUse. */
  purpose: string;
  /** As a history, grouped by day, instead of a table. */
  asTimeline: boolean;
  /** Only entries before this place in the log; null: from the newest on. */
  before: number | null;
}

export const EVERYTHING: Wanted = {
  when: "",
  what: "",
  outcome: "",
  patient: "",
  studies: [],
  agent: "",
  purpose: "",
  asTimeline: false,
  before: null,
};

export const OUTCOMES = ["success", "minor failure", "serious failure"] as const satisfies readonly Outcome[];

export const PSEUDONYM = /^p-[0-9a-f]{32}$/;
export const STUDY_NAME = /^s-[0-9a-f]{32}$/;
/** As many as the API takes. */
const MOST_NAMES = 50;
export const UID = /^[0-9]+(\.[0-9]+)+$/;
const LONGEST_UID = 64;
const DAYS = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;
/** How many days before today are meant, too. */
const BACK: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["7d", 6],
  ["30d", 29],
]);

export function isUid(text: string): boolean {
  return text.length <= LONGEST_UID && UID.test(text);
}

export function isWhen(text: string): text is When {
  return text === "" || BACK.has(text) || DAYS.test(text);
}

/** Reads an address; what is no word of ours is left out. */
export function readWanted(address: URLSearchParams): Wanted {
  const get = (name: string) => address.get(name) ?? "";
  const [when, what, patient, purpose] = [get("when"), get("what"), get("patient"), get("purpose")];
  const studies = address.getAll("study").filter((name) => STUDY_NAME.test(name));
  const wanted = {
    when: isWhen(when) ? when : "",
    what: isGroup(what) || isKind(what) ? what : "",
    outcome: OUTCOMES.find((outcome) => outcome === get("outcome")) ?? "",
    patient: PSEUDONYM.test(patient) ? patient : "",
    studies: [...new Set(studies)].slice(0, MOST_NAMES),
    agent: agentAt(get("who")),
    purpose: PURPOSE.test(purpose) ? purpose : "",
    asTimeline: get("as") === "timeline",
    before: /^\d{1,15}$/.test(get("before")) ? Number(get("before")) : null,
  } satisfies Wanted;
  return { ...wanted, asTimeline: wanted.asTimeline && isOfOne(wanted) };
}

/** Writes an address, as short as it can be. */
export function writeWanted({
  when,
  what,
  outcome,
  patient,
  studies,
  agent,
  purpose,
  asTimeline,
  before,
}: Wanted): URLSearchParams {
  const address = new URLSearchParams();
  const parts = {
    when,
    what,
    outcome,
    patient,
    purpose,
    who: agent && placeOf(agent),
    as: asTimeline ? "timeline" : "",
    before: before === null ? "" : String(before),
  };
  for (const [name, value] of Object.entries(parts)) if (value) address.set(name, value);
  for (const name of studies) address.append("study", name);
  return address;
}

/** A timeline is of one patient, one study or one person. */
export function isOfOne({ patient, studies, agent }: Pick<Wanted, "patient" | "studies" | "agent">): boolean {
  return patient !== "" || studies.length > 0 || agent !== "";
}

export function isFiltered(wanted: Wanted): boolean {
  return wanted.before !== null || isNarrowed(wanted);
}

/** Not everything is wanted, wherever one reads on from. */
export function isNarrowed(wanted: Wanted): boolean {
  const { when, what, outcome, purpose } = wanted;
  return [when, what, outcome, purpose].some((one) => one !== "") || isOfOne(wanted);
}

/** The span that is wanted, in ms since 1970; `now` is. Days are those of the reader's clock. */
export function spanOf(when: When, now: number): { since: number | null; until: number | null } {
  if (when === "") return { since: null, until: null };
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const days = BACK.get(when);
  if (days !== undefined) {
    midnight.setDate(midnight.getDate() - days);
    return { since: midnight.getTime(), until: null };
  }
  const [, first = "", last = ""] = DAYS.exec(when) ?? [];
  const [begin, end] = first <= last ? [first, last] : [last, first];
  const after = new Date(`${end}T00:00`);
  after.setDate(after.getDate() + 1);
  const [since, until] = [Date.parse(`${begin}T00:00`), after.getTime()];
  return { since: Number.isNaN(since) ? null : since, until: Number.isNaN(until) ? null : until };
}
