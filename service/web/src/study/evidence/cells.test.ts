import type { EvidenceMap } from "../read.ts";
import { corners, extentOf, strongestOf } from "./cells.ts";

const map = (cells: number[][], peak: [number, number] | null): EvidenceMap => ({
  label: "Edema",
  tier: "assessed",
  call: "present",
  probability: 0.5,
  threshold: 0.4,
  logit: 0,
  cells,
  peak,
});

it("counts the strongest cell from 1, and knows its value", () => {
  const found = strongestOf(
    map(
      [
        [0, 0.1, 0],
        [-1, 0, 0.3],
      ],
      [1, 2],
    ),
  );
  expect(found).toEqual({ row: 2, column: 3, rows: 2, columns: 3, logit: 0.3 });
});

it("has none where no cell raised the score", () => {
  expect(strongestOf(map([[-1, 0]], null))).toBeNull();
});

it("outlines a cell at its true size", () => {
  expect(corners({ row: 2, column: 3, rows: 2, columns: 4 })).toEqual([
    [0.5, 0.5],
    [0.75, 0.5],
    [0.75, 1],
    [0.5, 1],
  ]);
});

it("knows the radiograph's size from that of its cells, or that it is not known", () => {
  const evidence = {
    image_id: "1",
    maps: [
      map(
        [
          [0, 0, 0],
          [0, 0, 0],
        ],
        null,
      ),
    ],
  };
  expect(extentOf({ ...evidence, cell_mm: [40, 30] })).toEqual([80, 90]);
  expect(extentOf({ ...evidence, cell_mm: null })).toBeNull();
  expect(extentOf({ ...evidence, cell_mm: [40, 30], maps: [] })).toBeNull();
});
