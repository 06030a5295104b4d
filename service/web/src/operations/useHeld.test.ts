import { renderHook } from "@testing-library/react";

import { steady, useHeld, useSteady } from "./useHeld.ts";

const keyOf = (row: string) => row.toLowerCase();
const gone = (row: string) => row.toLowerCase();

it("leaves every row in its place, marks what has left, and puts what is new last", () => {
  expect(steady(["B", "C", "D"], ["A", "B", "D"], keyOf, gone)).toEqual(["B", "c", "D", "A"]);
  expect(steady([], ["A"], keyOf, gone)).toEqual(["A"]);
});

it("has rows in their order as soon as nobody holds them", () => {
  const [first, second] = [
    ["B", "C"],
    ["A", "B"],
  ];
  const { result, rerender } = renderHook(({ rows, held }) => useSteady(rows, held, keyOf, gone), {
    initialProps: { rows: first, held: true },
  });
  rerender({ rows: second, held: true });
  expect(result.current).toEqual(["B", "c", "A"]);
  rerender({ rows: second, held: false });
  expect(result.current).toEqual(["A", "B"]);
});

it("shows what was there before while it is held", () => {
  const { result, rerender } = renderHook(({ value, held }) => useHeld(value, held), {
    initialProps: { value: 1, held: false },
  });
  rerender({ value: 2, held: true });
  expect(result.current).toBe(1);
  rerender({ value: 3, held: false });
  expect(result.current).toBe(3);
});
