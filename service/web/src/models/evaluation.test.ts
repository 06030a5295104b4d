import { bestOf, readEvaluation } from "./evaluation.ts";
import { DIGEST, fileOf, jsonOf } from "./fakeModels.ts";
import { missesBoxes, readFaithfulness } from "./faithfulness.ts";
import { sectionsOf } from "./card.ts";

const file = jsonOf("evaluation.json") as Record<string, unknown>;
const whole = readEvaluation(file, DIGEST);

it("reads the evaluation that ships with Diafan", () => {
  expect(whole?.labels.size).toBe(14);
  expect(whole?.macros.map(({ name, labels }) => [name, labels])).toEqual([
    ["all", 10],
    ["assessed", 4],
    ["source nih", 6],
    ["source nih_lowres", 7],
  ]);
  expect(whole?.splits.find(({ name }) => name === "test")).toMatchObject({ images: 213, patients: 92 });
  expect(whole?.labels.get("Edema")?.reliability).toHaveLength(10);
  expect(whole?.labels.get("Edema")?.sensitivity?.value).toBeCloseTo(0.889, 3);
  expect(whole?.labels.get("Fracture")?.auroc).toBeNull();
  expect(whole?.trainedOn).toBe("nih");
});

it("knows the baseline that comes closest to the model, also where it passes it", () => {
  expect(whole && bestOf(whole.macroBaselines)?.[0]).toBe("8 x 8 thumbnail");
  const [name, beside] = bestOf(whole?.labels.get("Cardiomegaly")?.baselines ?? new Map()) ?? [];
  expect([name, (beside?.difference.value ?? 0) < 0]).toEqual(["exposure", true]);
  expect(bestOf(new Map())).toBeNull();
});

it.each([
  ["of another model", { ...file, digest: "0".repeat(64) }],
  ["a list", []],
  ["nothing", null],
  ["a word", "digest"],
  ["without labels", { ...file, labels: {} }],
])("takes no evaluation that is %s", (_, other) => expect(readEvaluation(other, DIGEST)).toBeNull());

it("leaves out what is not as it should be, and keeps the rest", () => {
  const [first, ...rest] = file.labels as Record<string, unknown>[];
  const damaged = {
    ...file,
    macro: { all: { auroc: { value: "0.9", low: 0, high: 1 } }, assessed: null },
    macro_baselines: 7,
    splits: { test: "many" },
    labels: [
      { ...first, auroc: { value: Number.NaN }, reliability: [{ images: 1 }], subgroups: null },
      { label: "Ghost" },
      null,
      ...rest,
    ],
  };
  const read = readEvaluation(damaged, DIGEST);
  expect(read?.labels.size).toBe(14);
  expect(read?.macros).toEqual([]);
  expect(read?.macroBaselines.size).toBe(0);
  expect(read?.splits).toEqual([{ name: "test", images: 0, patients: 0, unreadable: 0 }]);
  expect(read?.labels.get("No Finding")).toMatchObject({ auroc: null, reliability: [], subgroups: [] });
});

it("reads the check of the maps, and that they do not lie where radiologists pointed", () => {
  const maps = readFaithfulness(jsonOf("faithfulness.json"), DIGEST);
  const pointing = maps?.answers.find(({ measure, group }) => measure === "pointing" && group === "exploratory");
  expect([pointing?.findings, pointing?.beatsRandom, pointing?.beatsAll]).toEqual([27, false, false]);
  expect(pointing?.rivals.get("mean box")?.difference?.high).toBeLessThan(0);
  const deletion = maps?.answers.find(({ measure, group }) => measure === "deletion, blurred" && group === "assessed");
  expect([deletion?.beatsRandom, deletion?.beatsAll]).toEqual([true, false]);
  expect(maps?.cascade.map(({ step }) => step)[0]).toBe("fc");
  expect(maps?.stability).toHaveLength(6);
  expect(maps && missesBoxes(maps)).toBe(true);
  expect(readFaithfulness(jsonOf("faithfulness.json"), "0".repeat(64))).toBeNull();
});

it("does not say of maps that were never held against boxes that they lie elsewhere", () => {
  const maps = readFaithfulness({ digest: DIGEST, boxes: { findings: 0 } }, DIGEST);
  expect(maps && missesBoxes(maps)).toBeNull();
});

it("cuts a card at its headings", () => {
  const card = fileOf("card.md");
  expect(sectionsOf(card, ["Intended use"])).toMatch(/^## Intended use\n\nDemonstration and research[^#]*$/);
  expect(sectionsOf(card, ["Shortcuts and limits", "No such"])).toMatch(/^## Shortcuts and limits/);
  expect(sectionsOf("", ["Data"])).toBe("");
});
