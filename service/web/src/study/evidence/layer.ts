// Evidence drawn over a radiograph. Each map is painted once; from then on it is only moved with the radiograph.
import { matrixOf, type Place } from "../image/place.ts";
import type { EvidenceMap } from "../read.ts";
import { type Colours, paint } from "./blend.ts";

/** As fine as the server's own picture of a small radiograph: more than a hundred pixels for each cell. */
const LONG_SIDE_PX = 1024;

/** Longer than it takes to paint one: a hand that moves the radiograph meanwhile does not feel it. */
const PAUSE_MS = 50;

const painted = new WeakMap<EvidenceMap, HTMLCanvasElement>();

function pictureOf(map: EvidenceMap, colours: Colours, columns: number, rows: number): HTMLCanvasElement {
  const known = painted.get(map);
  if (known) return known;
  const share = LONG_SIDE_PX / Math.max(columns, rows);
  const { width, height, rgba } = paint(
    map.cells,
    colours,
    Math.max(1, Math.round(columns * share)),
    Math.max(1, Math.round(rows * share)),
  );
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
  painted.set(map, canvas);
  return canvas;
}

/** Paints maps before somebody asks for them, with a pause after each, so that choosing one only draws it; returns how to forget them. */
export function paintAhead(maps: readonly EvidenceMap[], colours: Colours, columns: number, rows: number): () => void {
  const left = [...maps];
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(() => {
      const map = left.shift();
      if (!map) return;
      pictureOf(map, colours, columns, rows);
      wait();
    }, PAUSE_MS);
  };
  wait();
  return () => {
    clearTimeout(timer);
    // Four megabytes each, which somebody who reads a hundred studies would gather.
    for (const map of maps) painted.delete(map);
  };
}

export interface Shown {
  map: EvidenceMap;
  colours: Colours;
  columns: number;
  rows: number;
  /** What the reader chose, from 0 to 1; 1 is as opaque as in the PACS. */
  opacity: number;
}

/** Draws onto a canvas that covers the pane; nothing: clears it. */
export function drawEvidence(canvas: HTMLCanvasElement, place: Place | null, shown: Shown | null): void {
  const ratio = window.devicePixelRatio;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.resetTransform();
  context.clearRect(0, 0, width, height);
  if (!place || !shown) return;
  context.scale(ratio, ratio);
  context.transform(...matrixOf(place));
  context.globalAlpha = shown.opacity;
  context.imageSmoothingEnabled = true;
  context.drawImage(pictureOf(shown.map, shown.colours, shown.columns, shown.rows), 0, 0, 1, 1);
}
