import { answersOf, firstShown, grouped } from "./groups.ts";
import type { StudyFinding } from "../read.ts";

const finding = (label: StudyFinding["label"], part: Partial<StudyFinding>): StudyFinding => ({
  label,
  tier: "assessed",
  call: "absent",
  probability: 0.1,
  threshold: 0.5,
  logit: 0,
  not_assessed_because: "",
  sop_instance_uid: "2.25.1",
  ...part,
});

const ANSWERS = answersOf([
  finding("No Finding", { call: "present", probability: 0.99 }),
  finding("Edema", { call: "present", probability: 0.6 }),
  finding("Lung Opacity", { call: "present", probability: 0.7 }),
  finding("Pleural Effusion", { call: "indeterminate" }),
  finding("Pneumonia", { tier: "exploratory", call: "not assessed", probability: null }),
  finding("Fracture", { tier: "not assessed", call: "not assessed", probability: null }),
]);

it("tells what is exploratory from what is not assessed: both have no call", () => {
  const groups = grouped(ANSWERS);
  expect(groups.exploratory.map(({ label }) => label)).toEqual(["Pneumonia"]);
  expect(groups["not assessed"].map(({ label }) => label)).toEqual(["Fracture"]);
});

it("has the highest probability first", () => {
  expect(grouped(ANSWERS).present.map(({ label }) => label)).toEqual(["No Finding", "Lung Opacity", "Edema"]);
});

it("shows the strongest abnormal call at once, and nothing where nothing is called", () => {
  expect(firstShown(ANSWERS)).toBe("Lung Opacity");
  expect(firstShown(ANSWERS.filter(({ call }) => call !== "present"))).toBeNull();
  expect(firstShown(ANSWERS.slice(0, 1))).toBe("No Finding");
});
