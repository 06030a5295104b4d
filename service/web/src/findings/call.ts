// What can be said of a label, and what a line of a list says of it.
import type { Schemas } from "../api/client.ts";

export type Label = Schemas["Label"];

/** The five answers that a person tells apart; `exploratory` is the tier of a label that has a number and no call. */
export type Call = "present" | "indeterminate" | "absent" | "exploratory" | "not assessed";

export interface Finding {
  label: Label;
  call: Call;
  /** Calibrated, in [0, 1]. */
  probability: number | null;
  /** The probability from which on the label is called present. */
  threshold: number | null;
}

/** In the order of CheXpert's label file (Irvin 2019, table 1). */
export const LABELS = [
  "No Finding",
  "Enlarged Cardiomediastinum",
  "Cardiomegaly",
  "Lung Opacity",
  "Lung Lesion",
  "Edema",
  "Consolidation",
  "Pneumonia",
  "Atelectasis",
  "Pneumothorax",
  "Pleural Effusion",
  "Pleural Other",
  "Fracture",
  "Support Devices",
] as const satisfies readonly Label[];

/** A label of the API that is missing above makes this line red. */
export type NoLabelIsMissing = Label extends (typeof LABELS)[number] ? true : never;
export const noLabelIsMissing: NoLabelIsMissing = true;

/** What colour an answer has: of a finding it is the call's, of No Finding it is calm, whatever the call. */
export function toneOf(label: Label, call: Call): "present" | "indeterminate" | "absent" | "quiet" {
  if (call === "exploratory" || call === "not assessed") return "quiet";
  return label === "No Finding" ? "absent" : call;
}

/** The digits that tell a probability from its threshold: where both are small, one more. */
export function digitsOf(value: number, threshold: number | null): number {
  return threshold !== null && threshold < 0.1 && value < 0.1 ? 3 : 2;
}
