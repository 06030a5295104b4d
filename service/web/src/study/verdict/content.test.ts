import {
  amended,
  callsOf,
  choose,
  chosen,
  type Content,
  hasArea,
  isNothing,
  isSame,
  lacks,
  type MachineCall,
  needed,
  nothing,
  type Own,
  OWN,
  ownOf,
  renewed,
  verdictOf,
  without,
  withoutRegion,
  withRegion,
} from "./content.ts";
import { areaOf } from "./RegionBar.tsx";

const CALLS = callsOf([
  { label: "No Finding", call: "indeterminate" },
  { label: "Edema", call: "present" },
  { label: "Pleural Effusion", call: "indeterminate" },
  { label: "Lung Opacity", call: "absent" },
  { label: "Fracture", call: "not assessed" },
]);
const MACHINE: MachineCall[] = ["present", "indeterminate", "absent", "not assessed"];
const EVERY = MACHINE.flatMap((call) => OWN.map((own) => [call, own] as const));

it.each(EVERY)("where the model says %s and a physician sees %s, the verdict comes to that", (call, own) => {
  expect(ownOf(call, verdictOf("Edema", call, own))).toBe(own);
});

it.each(EVERY)("agrees only with what the model says: %s, %s", (call, own) => {
  expect(verdictOf("Edema", call, own).verdict === "agree").toBe(call === (own as MachineCall));
});

it("says what it is where it differs, so that it holds whatever the model says next", () => {
  const verdict = verdictOf("Edema", "present", "absent");
  expect(MACHINE.map((call) => ownOf(call, verdict))).toEqual(["absent", "absent", "absent", "absent"]);
});

it("reads a verdict without an answer as the contrary, and an open call has none", () => {
  const verdict = { label: "Edema", verdict: "disagree", answer: null } as const;
  expect(MACHINE.map((call) => ownOf(call, verdict))).toEqual(["absent", null, "present", "present"]);
});

it("needs an answer to every call and to what is left open, but not to an open No Finding", () => {
  expect(needed(CALLS)).toEqual(["Edema", "Pleural Effusion"]);
});

it("takes choices, in the order of the labels, and takes them back", () => {
  let content: Content = nothing(1);
  content = choose(content, CALLS, "Fracture", "present");
  content = choose(content, CALLS, "Edema", "absent");
  content = choose(content, CALLS, "Edema", "present");
  expect(content.verdicts).toEqual([
    { label: "Edema", verdict: "agree", answer: null },
    { label: "Fracture", verdict: "disagree", answer: "present" },
  ]);
  expect(chosen(content, CALLS, "Edema")).toBe<Own>("present");
  expect(isNothing(choose(choose(content, CALLS, "Edema", null), CALLS, "Fracture", null))).toBe(true);
});

it("lacks what has no answer, what an amended signature spoke of, and nothing else", () => {
  const content = choose(nothing(1), CALLS, "Edema", "unsure");
  expect(lacks(content, CALLS, ["Fracture"]).missing).toEqual(["Pleural Effusion", "Fracture"]);
  expect(lacks(choose(content, CALLS, "Pleural Effusion", "absent"), CALLS, []).missing).toEqual([]);
});

it("sees that No Finding contradicts a finding, and that a device is none", () => {
  const clean = choose(nothing(1), CALLS, "No Finding", "present");
  expect(lacks(choose(clean, CALLS, "Support Devices", "present"), CALLS, []).contradicts).toBe(false);
  expect(lacks(choose(clean, CALLS, "Edema", "present"), CALLS, []).contradicts).toBe(true);
});

it("keeps, looking at another report, what was seen, and asks again for agreement with what changed", () => {
  let content = choose(nothing(1), CALLS, "Edema", "present");
  content = choose(content, CALLS, "Lung Opacity", "absent");
  content = choose(content, CALLS, "Pleural Effusion", "absent");
  const now = callsOf([
    { label: "Edema", call: "absent" },
    { label: "Lung Opacity", call: "absent" },
    { label: "Pleural Effusion", call: "absent" },
  ]);
  const after = renewed(content, 2, CALLS, now);
  expect(after.report_revision).toBe(2);
  expect(chosen(after, now, "Edema")).toBeNull();
  expect(chosen(after, now, "Lung Opacity")).toBe("absent");
  expect(after.verdicts.find(({ label }) => label === "Pleural Effusion")?.verdict).toBe("agree");
  // Nobody knows what was agreed with: every agreement is asked for again.
  expect(chosen(renewed(content, 2, null, now), now, "Lung Opacity")).toBeNull();
});

it("begins an amendment with what was signed, whatever the model says by now", () => {
  const signed = {
    id: "1",
    kind: "first",
    name: "",
    is_yours: true,
    report_revision: 1,
    verdicts: [{ label: "Edema", verdict: "agree", answer: null }],
    regions: [],
    text: "as it was",
    findings: [{ label: "Edema", call: "present", probability: 1, threshold: 0.5, image_sha256: "", model_digest: "" }],
    supersedes: null,
    signed_at: "2026-01-01T00:00:00Z",
  } as const;
  const now = callsOf([{ label: "Edema", call: "absent" }]);
  const content = amended(
    { ...signed, verdicts: [...signed.verdicts], regions: [], findings: [...signed.findings] },
    3,
    now,
  );
  expect(content).toMatchObject({ report_revision: 3, text: "as it was" });
  expect(chosen(content, now, "Edema")).toBe("present");
});

it("adds and removes regions, and a label goes with all of them", () => {
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
  ] as const;
  const content = withRegion(withRegion(nothing(1), "Edema", "i", corners), "Fracture", "i", corners);
  expect(withoutRegion(content, content.regions[0] ?? content.regions[1]!).regions.map(({ label }) => label)).toEqual([
    "Fracture",
  ]);
  expect(without(content, "Fracture").regions.map(({ label }) => label)).toEqual(["Edema"]);
});

it("tells one content from another by what it says", () => {
  const content = choose(nothing(1), CALLS, "Edema", "present");
  expect(isSame(content, structuredClone(content))).toBe(true);
  expect(isSame(content, { ...content, text: "." })).toBe(false);
});

it("refuses points without an area", () => {
  expect(
    hasArea([
      [0, 0],
      [1, 0],
      [0.5, 0],
    ]),
  ).toBe(false);
  expect(
    hasArea([
      [0, 0],
      [1, 1],
    ]),
  ).toBe(false);
  expect(
    hasArea([
      [0, 0],
      [1, 0],
      [0.5, 0.2],
    ]),
  ).toBe(true);
});

it.each([
  [{ left: "10", top: "20,5", right: "30", bottom: "40" }, 4],
  [{ left: "10", top: "20", right: "10", bottom: "40" }, null],
  [{ left: "", top: "20", right: "30", bottom: "40" }, null],
  [{ left: "10", top: "20", right: "130", bottom: "40" }, null],
  [{ left: "ten", top: "20", right: "30", bottom: "40" }, null],
])("reads a rectangle from numbers, or none: %j", (percents, corners) => {
  expect(areaOf(percents)?.length ?? null).toBe(corners);
});
