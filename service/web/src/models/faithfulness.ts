// The check of a model's maps as `faithfulness.json` holds it, brought down to what decides whether they can be trusted.
import type { Interval } from "../figures/useFigures.ts";
import { interval, list, part, text, number } from "./evaluation.ts";

/** The map that the product draws. */
const OURS = "grad-cam";
/** Maps that have not seen the image: a map that does not stand clear of them explains nothing. */
export const RIVALS = ["random", "centre", "mean box"] as const;
export type Rival = (typeof RIVALS)[number];

interface Question {
  section: "boxes" | "removal";
  measure: string;
  /** Whether the map is better where it is higher (1) or lower (-1). */
  sense: 1 | -1;
}

const QUESTIONS: readonly Question[] = [
  { section: "boxes", measure: "pointing", sense: 1 },
  { section: "boxes", measure: "energy in the box", sense: 1 },
  { section: "removal", measure: "ROAD", sense: 1 },
  { section: "removal", measure: "deletion, blurred", sense: -1 },
  { section: "removal", measure: "insertion, blurred", sense: 1 },
];

export interface Answer extends Question {
  /** The tier of the labels that were asked about. */
  group: string;
  findings: number;
  own: Interval;
  rivals: ReadonlyMap<Rival, { figure: Interval; difference: Interval | null }>;
  /** Whether its lead over chance, and over every rival, is more than chance; null: not measured. */
  beatsRandom: boolean | null;
  beatsAll: boolean | null;
}

export interface Step {
  step: string;
  figure: Interval;
}

export interface Faithfulness {
  answers: Answer[];
  /** Rank correlation with the original map as layers lose what they learned, from the output down. */
  cascade: Step[];
  /** Rank correlation of maps after changes that change nothing of note. */
  stability: Step[];
  patients: number;
}

interface Row {
  group: string;
  map: string;
  measure: string;
  step: string;
  minus: string;
  findings: number;
  figure: Interval;
}

const GROUPS: readonly string[] = ["assessed", "exploratory"];

/** Returns what `file` says of the model with `digest`; null where it says nothing of that. */
export function readFaithfulness(file: unknown, digest: string): Faithfulness | null {
  const whole = part(file);
  if (whole.digest !== digest) return null;
  const sections = { boxes: rows(whole.boxes), removal: rows(whole.removal) };
  return {
    answers: GROUPS.flatMap((group) =>
      QUESTIONS.flatMap((question) => answer(sections[question.section], question, group) ?? []),
    ),
    cascade: steps(whole.cascade, "rank correlation"),
    stability: steps(whole.stability, "rank correlation"),
    patients: number(part(whole.boxes).patients) ?? 0,
  };
}

function answer(all: readonly Row[], question: Question, group: string): Answer | null {
  const ours = all.filter((row) => row.group === group && row.measure === question.measure && row.map !== "");
  const own = ours.find((row) => row.map === OURS && !row.minus);
  if (!own) return null;
  const rivals = new Map(
    RIVALS.flatMap((rival) => {
      const row = ours.find(({ map, minus }) => map === rival && !minus);
      const difference = ours.find(({ map, minus }) => map === OURS && minus === rival)?.figure ?? null;
      return row ? [[rival, { figure: row.figure, difference }] as const] : [];
    }),
  );
  const isClear = (difference: Interval | null | undefined) =>
    difference ? (question.sense === 1 ? difference.low > 0 : difference.high < 0) : null;
  const each = [...rivals.values()].map(({ difference }) => isClear(difference)).filter((clear) => clear !== null);
  return {
    ...question,
    group,
    findings: own.findings,
    own: own.figure,
    rivals,
    beatsRandom: isClear(rivals.get("random")?.difference),
    beatsAll: each.length ? each.every(Boolean) : null,
  };
}

/** Whether any measure against radiologists' boxes says that the maps may lie elsewhere; null: it was not measured. */
export function missesBoxes({ answers }: Faithfulness): boolean | null {
  const asked = answers.filter(({ section }) => section === "boxes");
  return asked.length ? asked.some(({ beatsRandom }) => beatsRandom !== true) : null;
}

function steps(section: unknown, measure: string): Step[] {
  return rows(section)
    .filter((row) => row.map === OURS && row.measure === measure && row.step)
    .map(({ step, figure }) => ({ step, figure }));
}

function rows(section: unknown): Row[] {
  return list(part(section).figures).flatMap((one) => {
    const [row, figure] = [part(one), interval(one)];
    if (!figure) return [];
    return [
      {
        group: text(row.group),
        map: text(row.map),
        measure: text(row.measure),
        step: text(row.step),
        minus: text(row.minus),
        findings: number(row.findings) ?? 0,
        figure,
      },
    ];
  });
}
