import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LABELS } from "../../findings/call.ts";
import { figuresOf, mayBeNoMore, pointingOf } from "./figures.ts";

// Of the model that comes with Diafan: what a server tells is what its folder holds.
const FOLDER = join(import.meta.dirname, "../../../../../models/weights/nih-demonstration");
const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
const evaluation = read("evaluation.json");
const faithfulness = read("faithfulness.json");

it("finds the figures of every label in a real evaluation", () => {
  for (const label of LABELS) {
    const figures = figuresOf(evaluation, label);
    expect(figures).not.toBeNull();
    if (figures?.auroc) expect(figures.auroc.low).toBeLessThanOrEqual(figures.auroc.high);
  }
  const assessed = figuresOf(evaluation, "Pleural Effusion");
  expect(assessed?.positives).toBeGreaterThan(0);
  expect(assessed?.sensitivity).not.toBeNull();
  expect(assessed?.shortcuts.map(({ name }) => name)).toContain("exposure");
  expect(figuresOf(evaluation, "Fracture")?.auroc).toBeNull();
});

it("finds how often the strongest cell lay where radiologists pointed", () => {
  const pointing = pointingOf(faithfulness);
  expect(pointing?.findings).toBeGreaterThan(0);
  expect(pointing?.meanBox).not.toBeNull();
});

it.each([null, undefined, {}, [], { labels: 3 }, { labels: [{ label: "Edema", auroc: "high" }] }])(
  "makes nothing up of %j",
  (nothing) => {
    expect(figuresOf(nothing, "Edema")?.auroc ?? null).toBeNull();
    expect(pointingOf(nothing)).toBeNull();
  },
);

it("says that a model may see no more than a shortcut where the difference may be 0", () => {
  const auroc = { value: 0.7, low: 0.6, high: 0.8 };
  expect(mayBeNoMore({ name: "view", auroc, difference: { value: 0.1, low: -0.01, high: 0.2 } })).toBe(true);
  expect(mayBeNoMore({ name: "view", auroc, difference: { value: 0.1, low: 0.01, high: 0.2 } })).toBe(false);
});
