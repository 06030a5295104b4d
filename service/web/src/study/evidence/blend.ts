// Evidence as colours, pixel for pixel as the Secondary Captures have it (`_blend` of models/overlay.py).
import type { Schemas } from "../../api/client.ts";

export type Cells = Schemas["EvidenceMap"]["cells"];
export type Colours = Schemas["Colours"];

/** A picture's pixels, row by row. */
export interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue and opacity, each 0 to 255; opacity is not multiplied in. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Which cells a pixel lies between, and how much of each it takes. */
interface Taps {
  first: number;
  weights: readonly number[];
}

/** Draws the cells on the absolute scale of `colours`; nothing at 0 and below, and no colour beyond the scale's end. */
export function paint(cells: Cells, colours: Colours, width: number, height: number): Pixels {
  const steps = stepsOf(cells, colours.full_scale_logit, width, height);
  const palette = new Uint32Array(
    new Uint8ClampedArray(
      colours.steps.flatMap(([red, green, blue, opacity]) => [red, green, blue, Math.round(opacity * 255)]),
    ).buffer,
  );
  const rgba = new Uint8ClampedArray(width * height * 4);
  const pixels = new Uint32Array(rgba.buffer);
  for (let at = 0; at < steps.length; at += 1) pixels[at] = palette[steps[at] ?? 0] ?? 0;
  return { width, height, rgba };
}

/** Returns the step (0 to 255) of every pixel: bilinear between the centres of the cells, held from there to the edges. */
function stepsOf(cells: Cells, fullScale: number, width: number, height: number): Uint8Array {
  const columns = cells[0]?.length ?? 0;
  const across = tapsOf(columns, width);
  const down = tapsOf(cells.length, height);
  // In single precision between the two passes, as Pillow computes it: a step may hang on it.
  const full = Math.fround(fullScale);
  const rows = cells.map((row) => {
    const shares = row.map((logit) =>
      Math.fround(Math.min(Math.max(Math.fround(Math.fround(logit) / full), 0), 1) * 255),
    );
    return Float32Array.from(across, (taps) => mixed(taps, (at) => shares[at] ?? 0));
  });
  const steps = new Uint8Array(width * height);
  down.forEach(({ first, weights }, y) => {
    const [one = 0, two = 0] = weights;
    const upper = rows[first] ?? new Float32Array(width);
    const lower = rows[first + 1] ?? upper;
    const start = y * width;
    for (let x = 0; x < width; x += 1) steps[start + x] = Math.fround((upper[x] ?? 0) * one + (lower[x] ?? 0) * two);
  });
  return steps;
}

function mixed({ first, weights }: Taps, value: (at: number) => number): number {
  return weights.reduce((sum, weight, at) => sum + value(first + at) * weight, 0);
}

/** Pillow's triangle filter, enlarging: at most two cells have a weight above 0. */
function tapsOf(size: number, length: number): Taps[] {
  const scale = size / length;
  return Array.from({ length }, (_, at) => {
    const centre = (at + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - 0.5));
    const high = Math.min(size, Math.trunc(centre + 1.5));
    const weights = Array.from({ length: high - low }, (__, tap) =>
      Math.max(0, 1 - Math.abs(low + tap + 0.5 - centre)),
    );
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return firstTwo({ first: low, weights: weights.map((weight) => weight / sum) });
  });
}

/** Leaves out taps without a weight: a third one can only be such. */
function firstTwo({ first, weights }: Taps): Taps {
  return weights[0] === 0
    ? firstTwo({ first: first + 1, weights: weights.slice(1) })
    : { first, weights: weights.slice(0, 2) };
}
