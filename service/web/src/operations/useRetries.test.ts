import { parked } from "./fakeOperations.ts";
import { keyOf, type Outcome, rowsOf, type Tried } from "./useRetries.ts";

const tried = (thing: Tried["thing"], outcome: Outcome, hasLeft = false) =>
  new Map([[keyOf(thing), { thing, outcome, hasLeft }]]);
const [first, second] = [parked(1), parked(2)];
const outcomes = (...of: Parameters<typeof rowsOf>) => rowsOf(...of).map(({ outcome }) => outcome?.state ?? null);

it("keeps what was tried again in its place when it no longer waits", () => {
  const rows = rowsOf([second], tried(first, { state: "queued" }));
  expect(rows.map(({ thing, isParked, outcome }) => [thing.id, isParked, outcome?.state])).toEqual([
    [first.id, false, "gone"],
    [second.id, true, undefined],
  ]);
});

it("says of what waits once more that it does", () => {
  expect(outcomes([first], tried(first, { state: "queued" }))).toEqual(["queued"]);
  expect(outcomes([{ ...first, attempts: 2 }], tried(first, { state: "queued" }))).toEqual(["again"]);
  expect(outcomes([first], tried(first, { state: "queued" }, true))).toEqual(["again"]);
});

it("says what kept a thing from being tried", () => {
  expect(outcomes([first], tried(first, { state: "refused", reason: "no" }))).toEqual(["refused"]);
  expect(outcomes([first], tried(first, { state: "unreachable" }))).toEqual(["unreachable"]);
});

it("tells an image from a delivery with the same id", () => {
  const image = parked(1, { kind: "image" });
  expect(outcomes([image], tried(first, { state: "queued" }))).toEqual(["gone", null]);
});
