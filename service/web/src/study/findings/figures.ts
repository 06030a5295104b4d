// The figures of a model's evaluation that a physician needs for one label, read from `evaluation.json` and `faithfulness.json`.
import { answered, api } from "../../api/client.ts";
import { isStatus } from "../../api/problem.ts";
import type { Label } from "../../findings/call.ts";

/** With its 95 % interval. */
export interface Figure {
  value: number;
  low: number;
  high: number;
}

export interface Shortcut {
  name: string;
  auroc: Figure;
  /** The model's AUROC minus that of the shortcut. */
  difference: Figure;
}

export interface Figures {
  positives: number;
  patients: number;
  negatives: number;
  auroc: Figure | null;
  sensitivity: Figure | null;
  specificity: Figure | null;
  shortcuts: readonly Shortcut[];
  /** The data set; "" where it is not said. */
  data: string;
}

/** Where the strongest cell lay when radiologists had drawn boxes; the shares are of `findings` findings. */
export interface Pointing {
  findings: number;
  model: Figure;
  /** Boxes of other patients: a map that has not seen the image. */
  meanBox: Figure | null;
}

type Json = Readonly<Record<string, unknown>>;

function asJson(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function figureOf(value: unknown): Figure | null {
  const { value: middle, low, high } = asJson(value);
  return typeof middle === "number" && typeof low === "number" && typeof high === "number"
    ? { value: middle, low, high }
    : null;
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Null: the evaluation has nothing on the label. */
export function figuresOf(evaluation: unknown, label: Label): Figures | null {
  const { labels, data } = asJson(evaluation);
  const one = Array.isArray(labels) ? labels.map(asJson).find((found) => found.label === label) : undefined;
  if (!one) return null;
  const shortcuts = Object.entries(asJson(one.baselines)).flatMap(([name, told]): Shortcut[] => {
    const [auroc, difference] = [figureOf(asJson(told).auroc), figureOf(asJson(told).difference)];
    return auroc && difference ? [{ name, auroc, difference }] : [];
  });
  return {
    positives: count(one.positives),
    patients: count(one.patients),
    negatives: count(one.negatives),
    auroc: figureOf(one.auroc),
    sensitivity: figureOf(one.sensitivity),
    specificity: figureOf(one.specificity),
    shortcuts,
    data: typeof data === "string" ? data : "",
  };
}

/** A shortcut that the model may not be better than: the interval of the difference reaches 0. */
export function mayBeNoMore({ difference }: Shortcut): boolean {
  return difference.low <= 0;
}

/** Null: nobody has compared the model's maps with radiologists' boxes. */
export function pointingOf(faithfulness: unknown): Pointing | null {
  const { figures } = asJson(asJson(faithfulness).boxes);
  if (!Array.isArray(figures)) return null;
  const told = figures.map(asJson);
  const of = (map: string) =>
    told.find((one) => one.group === "assessed" && one.map === map && one.measure === "pointing" && !one.minus);
  const model = of("grad-cam");
  const figure = figureOf(model);
  return model && figure ? { findings: count(model.findings), model: figure, meanBox: figureOf(of("mean box")) } : null;
}

/** Null: the model has none, or its folder is no longer here. */
export async function readEvaluation(digest: string, signal: AbortSignal): Promise<unknown> {
  return orNull(answered(api.GET("/models/{digest}/evaluation", { params: { path: { digest } }, signal })));
}

export async function readFaithfulness(digest: string, signal: AbortSignal): Promise<unknown> {
  return orNull(answered(api.GET("/models/{digest}/faithfulness", { params: { path: { digest } }, signal })));
}

async function orNull(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}
