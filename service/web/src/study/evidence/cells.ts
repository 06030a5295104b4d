// Cells in numbers: where the strongest one lies, and how large it is.
import type { Point } from "../image/place.ts";
import type { EvidenceMap, ImageEvidence } from "../read.ts";

export interface Strongest {
  /** From 1, from the top and from the left. */
  row: number;
  column: number;
  rows: number;
  columns: number;
  /** Contribution to the logit. */
  logit: number;
}

/** Null: no cell raised the score. */
export function strongestOf({ cells, peak }: EvidenceMap): Strongest | null {
  if (!peak) return null;
  const [row, column] = peak;
  return {
    row: row + 1,
    column: column + 1,
    rows: cells.length,
    columns: cells[0]?.length ?? 0,
    logit: cells[row]?.[column] ?? 0,
  };
}

/** The corners of a cell, as fractions of the radiograph. */
export function corners({ row, column, rows, columns }: Omit<Strongest, "logit">): Point[] {
  const [left, right, top, bottom] = [(column - 1) / columns, column / columns, (row - 1) / rows, row / rows];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** Height and width of the whole radiograph in mm at the detector; null where no pixel spacing was sent. */
export function extentOf({ cell_mm: cell, maps }: ImageEvidence): readonly [number, number] | null {
  const cells = maps[0]?.cells;
  if (!cell || !cells) return null;
  return [cell[0] * cells.length, cell[1] * (cells[0]?.length ?? 0)];
}
