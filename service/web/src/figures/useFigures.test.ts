import { act, renderHook } from "@testing-library/react";

import { speak } from "../words/words.ts";
import { useFigures } from "./useFigures.ts";

const figures = () => renderHook(() => useFigures()).result.current;
const SPACES = /[\u00a0\u202f]/g;

afterEach(() => act(() => speak("en")));

it.each([
  [0.0004, "1 ms"],
  [0.012, "12 ms"],
  [0.94, "0.9 s"],
  [12.7, "13 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [3599, "59 min"],
  [7200, "2 h"],
  [47 * 3600, "47 h"],
  [49 * 3600, "2 days"],
])("says %d seconds as %s", (seconds, words) => expect(figures().duration(seconds)).toBe(words));

it("says how long ago something was without parts of a second", () => {
  expect([0, 0.4, 8.2, 90].map(figures().past)).toEqual(["0 s", "0 s", "8 s", "1 min"]);
});

it("writes figures, intervals and differences", () => {
  const { fixed, range, changeRange } = figures();
  expect([fixed(0.751), fixed(-0.004), fixed(0.03, 2, true), fixed(0, 2, true), fixed(-0.02, 2, true)]).toEqual([
    "0.75",
    "0.00",
    "+0.03",
    "0.00",
    "−0.02",
  ]);
  expect(range({ value: 0, low: 0.65, high: 0.854 })).toBe("0.65–0.85");
  expect(range({ value: 0, low: -0.23, high: 0.07 })).toBe("−0.23 … 0.07");
  expect(changeRange({ value: 0, low: -0.02, high: 0.08 })).toBe("−0.02 … +0.08");
});

it.each([
  [999, "999 byte"],
  [256e6, "256 MB"],
  [1.5e9, "1.5 GB"],
  [484e9, "484 GB"],
  [2e18, "2,000 PB"],
])("says %d bytes as %s", (bytes, words) => expect(figures().bytes(bytes)).toBe(words));

it("speaks Polish where the page does", async () => {
  await act(() => speak("pl"));
  const { fixed, duration, count } = figures();
  expect([fixed(0.75), duration(0.94), duration(49 * 3600), count(12_481).replace(SPACES, " ")]).toEqual([
    "0,75",
    "0,9 s",
    "2 dni",
    "12 481",
  ]);
});
