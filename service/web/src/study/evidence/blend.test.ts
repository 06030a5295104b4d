import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Cells, type Colours, paint } from "./blend.ts";

interface Shown {
  sample: string;
  label: string;
  cells: Cells;
  width: number;
  height: number;
  /** Every so many-th pixel of the picture is told, across and down. */
  stride: number;
  grey: string;
  rgb: string;
}

// tests/service/test_browser_evidence.py writes it, and holds it to what a PACS is sent.
const told = JSON.parse(readFileSync(join(import.meta.dirname, "blend.fixture.json"), "utf8")) as {
  colours: Colours;
  pictures: Shown[];
};

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** Pillow's own rounding of a weighted mean of two bytes. */
function mix(below: number, above: number, alpha: number): number {
  const sum = below * (255 - alpha) + above * alpha + 128;
  return ((sum >> 8) + sum) >> 8;
}

/** The largest and the mean difference, in steps of 256, over what is told of a picture. */
function differences(shown: Shown, cells = shown.cells): { most: number; mean: number; count: number } {
  const { width, height, stride } = shown;
  const { rgba } = paint(cells, told.colours, width, height);
  const [grey, rgb] = [bytes(shown.grey), bytes(shown.rgb)];
  const found: number[] = [];
  let at = 0;
  for (let y = 0; y < height; y += stride)
    for (let x = 0; x < width; x += stride, at += 1)
      for (let part = 0; part < 3; part += 1) {
        const pixel = (y * width + x) * 4;
        const ours = mix(grey[at] ?? 0, rgba[pixel + part] ?? 0, rgba[pixel + 3] ?? 0);
        found.push(Math.abs(ours - (rgb[at * 3 + part] ?? 0)));
      }
  return {
    most: Math.max(...found),
    mean: found.reduce((sum, one) => sum + one, 0) / found.length,
    count: found.length,
  };
}

it.each(told.pictures)("draws $label over $sample as the PACS is sent it, to the last bit", (shown) => {
  const { most, mean, count } = differences(shown);
  expect(count).toBeGreaterThan(10_000);
  expect({ most, mean }).toEqual({ most: 0, mean: 0 });
});

it("sees a map that is shifted by one cell, and one that is a hundredth of the scale off", () => {
  const [shown] = told.pictures;
  if (!shown) throw new Error("no picture");
  const shifted = shown.cells.map((row) => [...row.slice(1), 0]);
  expect(differences(shown, shifted).most).toBeGreaterThan(50);
  const stronger = shown.cells.map((row) => row.map((logit) => logit + 0.0015));
  expect(differences(shown, stronger).mean).toBeGreaterThan(0.1);
});

it("has no colour at 0 and below, and the strongest at the scale's end and beyond", () => {
  const { rgba } = paint([[-1, 0, 0.15, 9]], told.colours, 4, 1);
  const opacity = [3, 7, 11, 15].map((at) => rgba[at]);
  expect(opacity).toEqual([0, 0, 184, 184]);
});

it("holds the edge of a map of one cell", () => {
  const { rgba } = paint([[0.15]], told.colours, 3, 2);
  expect(new Set(new Uint32Array(rgba.buffer)).size).toBe(1);
});
