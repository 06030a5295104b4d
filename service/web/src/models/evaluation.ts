// An evaluation as `evaluation.json` holds it. The file comes with a model, perhaps from elsewhere: what is not as it should be is left out.
import { type Label, LABELS } from "../findings/call.ts";
import type { Interval } from "../figures/useFigures.ts";

export interface Beside {
  auroc: Interval;
  /** Model minus baseline, over the same draws of patients. */
  difference: Interval;
}

export interface Bin {
  images: number;
  /** Mean calibrated probability. */
  probability: number;
  /** Share of positives. */
  share: Interval;
}

export interface Subgroup {
  by: string;
  group: string;
  images: number;
  positives: number;
  auroc: Interval | null;
  sensitivity: Interval | null;
  specificity: Interval | null;
}

const INTERVALS = [
  "auroc",
  "auprc",
  "sensitivity",
  "specificity",
  "undecided",
  "decided_sensitivity",
  "decided_specificity",
  "brier",
  "calibration_error",
] as const;
const NUMBERS = ["share", "mean_probability", "brier_of_share", "calibration_error_by_chance"] as const;

export type LabelFigures = Record<(typeof INTERVALS)[number], Interval | null> &
  Record<(typeof NUMBERS)[number], number | null> & {
    label: Label;
    positives: number;
    patients: number;
    negatives: number;
    reliability: Bin[];
    baselines: ReadonlyMap<string, Beside>;
    subgroups: Subgroup[];
  };

export interface Split {
  name: string;
  images: number;
  patients: number;
  unreadable: number;
}

export interface Macro {
  name: string;
  auroc: Interval;
  labels: number;
  images: number;
}

export interface Evaluation {
  engine: string;
  data: string;
  /** What it was trained on; null: not known here. */
  trainedOn: string | null;
  splits: Split[];
  macros: Macro[];
  macroBaselines: ReadonlyMap<string, Beside>;
  baselineImages: number;
  draws: number;
  alarmedOfHealthy: Interval | null;
  foundOfIll: Interval | null;
  labels: ReadonlyMap<Label, LabelFigures>;
}

type Part = Readonly<Record<string, unknown>>;

/** Returns what `file` says of the model with `digest`; null where it says nothing of that, or is no evaluation. */
export function readEvaluation(file: unknown, digest: string): Evaluation | null {
  const whole = part(file);
  if (whole.digest !== digest || !Array.isArray(whole.labels)) return null;
  const config = part(part(whole.training).config);
  return {
    engine: text(whole.engine),
    data: text(whole.data),
    trainedOn: text(config.data) || null,
    splits: entries(whole.splits).map(([name, split]) => ({
      name,
      images: number(split.images) ?? 0,
      patients: number(split.patients) ?? 0,
      unreadable: number(split.unreadable) ?? 0,
    })),
    macros: entries(whole.macro).flatMap(([name, macro]) => {
      const auroc = interval(macro.auroc);
      return auroc ? [{ name, auroc, labels: list(macro.labels).length, images: number(macro.images) ?? 0 }] : [];
    }),
    macroBaselines: besides(whole.macro_baselines),
    baselineImages: number(whole.baseline_images) ?? 0,
    draws: number(whole.draws) ?? 0,
    alarmedOfHealthy: interval(whole.alarmed_of_healthy),
    foundOfIll: interval(whole.found_of_ill),
    labels: new Map(
      list(whole.labels).flatMap((one) => {
        const figures = labelFigures(part(one));
        return figures ? [[figures.label, figures] as const] : [];
      }),
    ),
  };
}

function labelFigures(of: Part): LabelFigures | null {
  const label = LABELS.find((known) => known === of.label);
  if (!label) return null;
  const intervals = Object.fromEntries(INTERVALS.map((name) => [name, interval(of[name])]));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, number(of[name])]));
  return {
    ...(intervals as Record<(typeof INTERVALS)[number], Interval | null>),
    ...(numbers as Record<(typeof NUMBERS)[number], number | null>),
    label,
    positives: number(of.positives) ?? 0,
    patients: number(of.patients) ?? 0,
    negatives: number(of.negatives) ?? 0,
    reliability: list(of.reliability).flatMap((one) => {
      const [bin, share] = [part(one), interval(part(one).share)];
      const probability = number(bin.probability);
      return share && probability !== null ? [{ images: number(bin.images) ?? 0, probability, share }] : [];
    }),
    baselines: besides(of.baselines),
    subgroups: list(of.subgroups).map((one) => {
      const group = part(one);
      return {
        by: text(group.by),
        group: text(group.group),
        images: number(group.images) ?? 0,
        positives: number(group.positives) ?? 0,
        auroc: interval(group.auroc),
        sensitivity: interval(group.sensitivity),
        specificity: interval(group.specificity),
      };
    }),
  };
}

function besides(value: unknown): ReadonlyMap<string, Beside> {
  return new Map(
    entries(value).flatMap(([name, one]) => {
      const [auroc, difference] = [interval(one.auroc), interval(one.difference)];
      return auroc && difference ? [[name, { auroc, difference }] as const] : [];
    }),
  );
}

/** The baseline that comes closest to the model, or passes it. */
export function bestOf(baselines: ReadonlyMap<string, Beside>): [string, Beside] | null {
  const [best] = [...baselines].sort(([, a], [, b]) => a.difference.value - b.difference.value);
  return best ?? null;
}

export function part(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Part) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function interval(value: unknown): Interval | null {
  const [of, low, high] = [number(part(value).value), number(part(value).low), number(part(value).high)];
  return of === null || low === null || high === null ? null : { value: of, low, high };
}

function entries(value: unknown): (readonly [string, Part])[] {
  return Object.entries(part(value)).map(([name, one]) => [name, part(one)]);
}
