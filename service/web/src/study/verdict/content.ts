// What a physician says of a study. They choose what they see; the API is told whether that is what the machine said.
import type { Schemas } from "../../api/client.ts";
import { type Label, LABELS } from "../../findings/call.ts";
import type { Point } from "../image/place.ts";

export type LabelVerdict = Schemas["LabelVerdict"];
export type Region = Schemas["Region"];
export type MachineCall = Schemas["Call"];
/** What the machine says of each label. */
export type Calls = ReadonlyMap<Label, MachineCall>;

/** What a physician sees. */
export type Own = "present" | "unsure" | "absent";
export const OWN = ["present", "unsure", "absent"] as const satisfies readonly Own[];

export interface Content {
  /** Of the report that was looked at. */
  report_revision: number;
  verdicts: readonly LabelVerdict[];
  regions: readonly Region[];
  text: string;
}

export const LONGEST_TEXT = 4000;
export const MOST_REGIONS = 100;

export function nothing(report_revision: number): Content {
  return { report_revision, verdicts: [], regions: [], text: "" };
}

export function isNothing({ verdicts, regions, text }: Content): boolean {
  return verdicts.length === 0 && regions.length === 0 && text === "";
}

/** Two contents that say the same of the same report. */
export function isSame(one: Content, other: Content): boolean {
  const told = ({ report_revision, verdicts, regions, text }: Content) =>
    JSON.stringify([
      report_revision,
      verdicts.map(({ label, verdict, answer }) => [label, verdict, answer ?? null]),
      regions.map(({ label, image_id, points }) => [label, image_id, points]),
      text,
    ]);
  return told(one) === told(other);
}

export function callsOf(findings: readonly { label: Label; call: MachineCall }[]): Calls {
  return new Map(findings.map(({ label, call }) => [label, call]));
}

/** The answer that a verdict comes to (`own_answer` of integrations/verdict.py); null: it does not say. */
export function ownOf(call: MachineCall, { verdict, answer }: LabelVerdict): Own | null {
  if (verdict === "unsure") return "unsure";
  if (verdict === "agree") return call === "indeterminate" ? "unsure" : call === "not assessed" ? null : call;
  if (answer === "present" || answer === "absent") return answer;
  return call === "indeterminate" ? null : call === "present" ? "absent" : "present";
}

/** The verdict that says what a physician sees. Who differs says what it is: that holds whatever the machine says next. */
export function verdictOf(label: Label, call: MachineCall, own: Own): LabelVerdict {
  if (own === "unsure") return { label, verdict: "unsure", answer: null };
  if (own === call) return { label, verdict: "agree", answer: null };
  return { label, verdict: "disagree", answer: own };
}

/** What was chosen for a label; null: nothing. */
export function chosen(content: Content, calls: Calls, label: Label): Own | null {
  const verdict = content.verdicts.find((one) => one.label === label);
  return verdict ? ownOf(calls.get(label) ?? "not assessed", verdict) : null;
}

/** `own` null: takes the choice back. */
export function choose(content: Content, calls: Calls, label: Label, own: Own | null): Content {
  const others = content.verdicts.filter((one) => one.label !== label);
  if (own === null) return { ...content, verdicts: others };
  const verdicts = [...others, verdictOf(label, calls.get(label) ?? "not assessed", own)];
  return { ...content, verdicts: verdicts.sort((a, b) => LABELS.indexOf(a.label) - LABELS.indexOf(b.label)) };
}

/** A label goes with all that was said of it. */
export function without(content: Content, label: Label): Content {
  return {
    ...content,
    verdicts: content.verdicts.filter((one) => one.label !== label),
    regions: content.regions.filter((one) => one.label !== label),
  };
}

export function withRegion(content: Content, label: Label, image_id: string, points: readonly Point[]): Content {
  const region: Region = { label, image_id, points: points.map(([x, y]) => [x, y]) };
  return { ...content, regions: [...content.regions, region] };
}

export function withoutRegion(content: Content, region: Region): Content {
  return { ...content, regions: content.regions.filter((one) => one !== region) };
}

/** A region needs an area: the API refuses points on one line. */
export function hasArea(points: readonly Point[]): boolean {
  return points.length >= 3 && [0, 1].every((axis) => new Set(points.map((point) => point[axis])).size > 1);
}

/** The labels that a signature must speak of: every call, and what is left open. No Finding that is left open is no call. */
export function needed(calls: Calls): Label[] {
  return LABELS.filter((label) => {
    const call = calls.get(label);
    return call === "present" || (call === "indeterminate" && label !== "No Finding");
  });
}

/**
 * The same content, looking at another report. What agreed with an answer that changed, or is not known any more, must be said
 * anew: to agree with something else is no decision of theirs.
 */
export function renewed(content: Content, report_revision: number, before: Calls | null, now: Calls): Content {
  const verdicts = content.verdicts.flatMap((one): LabelVerdict[] => {
    const call = now.get(one.label) ?? "not assessed";
    if (one.verdict === "agree") return before?.get(one.label) === call ? [one] : [];
    const own = ownOf(call, one);
    return own ? [verdictOf(one.label, call, own)] : [];
  });
  return { ...content, report_revision, verdicts };
}

/** What was signed, as the beginning of an amendment. */
export function amended(signed: Schemas["SignedReview"], report_revision: number, now: Calls): Content {
  const then = callsOf(signed.findings);
  const verdicts = signed.verdicts.flatMap((one): LabelVerdict[] => {
    const own = ownOf(then.get(one.label) ?? "not assessed", one);
    return own ? [verdictOf(one.label, now.get(one.label) ?? "not assessed", own)] : [];
  });
  return { report_revision, verdicts, regions: signed.regions, text: signed.text };
}

export interface Lacks {
  /** Labels that still need an answer before a signature. */
  missing: readonly Label[];
  /** No Finding beside a finding that is seen. */
  contradicts: boolean;
}

/** What a signature still needs (`missing_in` of service/review_rules.py); `before`: what the amended signature spoke of. */
export function lacks(content: Content, calls: Calls, before: readonly Label[]): Lacks {
  const own = (label: Label) => chosen(content, calls, label);
  const wanted = new Set([...needed(calls), ...before]);
  const sees = LABELS.some(
    (label) => label !== "No Finding" && label !== "Support Devices" && own(label) === "present",
  );
  return {
    missing: LABELS.filter((label) => wanted.has(label) && own(label) === null),
    contradicts: sees && own("No Finding") === "present",
  };
}
