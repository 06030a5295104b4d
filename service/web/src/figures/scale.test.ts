import { decimalsOf, pathOf, ticks } from "./scale.ts";

it.each([
  [0, 4, [0, 0.25, 0.5, 0.75, 1]],
  [4, 4, [0, 1, 2, 3, 4]],
  [41, 4, [0, 20, 40, 60]],
  [1.4, 3, [0, 0.5, 1, 1.5]],
  [0.09, 3, [0, 0.05, 0.1]],
  [12_345, 4, [0, 5000, 10_000, 15_000]],
  [Number.NaN, 2, [0, 0.5, 1]],
])("has round ticks up to %d in about %d steps", (most, wanted, expected) =>
  expect(ticks(most, wanted)).toEqual(expected),
);

it("counts whole things in whole steps", () => {
  expect(ticks(1, 4, { whole: true })).toEqual([0, 1]);
  expect(ticks(9, 4, { whole: true })).toEqual([0, 3, 6, 9]);
});

it.each([
  [[0, 20, 40], 0],
  [[0, 0.5, 1], 1],
  [[0, 0.25, 0.5], 2],
  [[0, 2.5, 5], 1],
  [[0, 0.05, 0.1], 2],
  [[0, 1, 2], 0],
])("tells %j apart with %d decimals", (values, decimals) => expect(decimalsOf(values)).toBe(decimals));

it("leaves a gap where a value is missing", () => {
  expect(pathOf([[0, 1], [1, 2], null, [3, 4], null, null])).toBe("M0.0 1.0L1.0 2.0M3.0 4.0");
  expect(pathOf([])).toBe("");
});
