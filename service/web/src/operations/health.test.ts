import { operations } from "./fakeOperations.ts";
import { jobsOf, totalOf, troublesOf } from "./health.ts";

const kinds = (part: Parameters<typeof operations>[0]) => troublesOf(operations(part)).map(({ kind }) => kind);
const [pacs] = operations().destinations;

it("finds nothing wrong where nothing is", () => expect(kinds({})).toEqual([]));

it.each([
  ["model", { model: { ...operations().model, problem: "its manifest was changed" } }],
  ["workers", { workers: 0 }],
  ["room", { disk: { free_bytes: 1, total_bytes: 10, reserve_bytes: 2 } }],
  ["log", { audit_log: { entries: 1, waiting: 9, behind_s: 31 } }],
  ["slow", { queues: [{ name: "analyse", due: 1, running: 0, later: 0, oldest_s: 121 }] }],
  ["failing", { destinations: pacs ? [{ ...pacs, failing: 1 }] : [] }],
] as const)("sees what is wrong with: %s", (kind, part) =>
  expect(kinds(part as Partial<ReturnType<typeof operations>>)).toEqual([kind]),
);

it("takes what is parked, and a sequencer that was just asked, for no fault", () => {
  expect(kinds({ audit_log: { entries: 1, waiting: 9, behind_s: 2 } })).toEqual([]);
  expect(kinds({ queues: [{ name: "deliver:orthanc", due: 9, running: 0, later: 0, oldest_s: 9999 }] })).toEqual([]);
});

it("adds up the queues of all destinations, and the spans of a day", () => {
  expect(jobsOf(operations(), "deliver")).toEqual({ due: 4, running: 1, later: 2 });
  expect(jobsOf(operations({ queues: [] }), "analyse")).toEqual({ due: 0, running: 0, later: 0 });
  expect(totalOf(operations().spans, "declined")).toBe(3);
});
