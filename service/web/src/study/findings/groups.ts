// The answers in the order in which a physician reads them: what is called, what is left open, what is absent, and the rest.
import type { Call, Finding, Label } from "../../findings/call.ts";
import type { Schemas } from "../../api/client.ts";

export const GROUPS = ["present", "indeterminate", "absent", "exploratory", "not assessed"] as const satisfies Call[];

export interface Answer extends Finding {
  /** Of the image that gave it; null: no image did. */
  sop_instance_uid: string | null;
}

/** What a person tells apart: an exploratory label has a number and no call. */
export function callOf({ tier, call }: { tier: Schemas["Tier"]; call: Schemas["Call"] }): Call {
  return tier === "exploratory" ? "exploratory" : call;
}

export function answersOf(findings: readonly Schemas["StudyFinding"][]): Answer[] {
  return findings.map(({ label, tier, call, probability, threshold, sop_instance_uid }) => ({
    label,
    call: callOf({ tier, call }),
    probability,
    threshold,
    sop_instance_uid,
  }));
}

/** Within a group the highest probability first. */
export function grouped(answers: readonly Answer[]): Record<Call, readonly Answer[]> {
  const of = (call: Call) =>
    answers.filter((answer) => answer.call === call).sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0));
  return {
    present: of("present"),
    indeterminate: of("indeterminate"),
    absent: of("absent"),
    exploratory: of("exploratory"),
    "not assessed": of("not assessed"),
  };
}

/** What is shown at first: the strongest call of something abnormal; nothing, where nothing is called. */
export function firstShown(answers: readonly Answer[]): Label | null {
  const called = grouped(answers).present;
  return (called.find(({ label }) => label !== "No Finding") ?? called[0])?.label ?? null;
}
