// Where a radiograph lies on the screen. A point of it is a fraction of its width and height, from its upper left corner.

export type Point = readonly [x: number, y: number];

/** Where three corners are drawn, in CSS pixels from the pane's upper left corner: enough for any pan, zoom, turn or flip. */
export interface Place {
  origin: Point;
  /** The upper right corner. */
  right: Point;
  /** The lower left corner. */
  down: Point;
}

/** The matrix of a canvas (a, b, c, d, e, f) that takes fractions to the screen. */
export function matrixOf({ origin, right, down }: Place): [number, number, number, number, number, number] {
  return [right[0] - origin[0], right[1] - origin[1], down[0] - origin[0], down[1] - origin[1], ...origin];
}

export function toScreen(place: Place, [x, y]: Point): Point {
  const [a, b, c, d, e, f] = matrixOf(place);
  return [a * x + c * y + e, b * x + d * y + f];
}

/** Null where the radiograph has no extent. */
export function toFraction(place: Place, [x, y]: Point): Point | null {
  const [a, b, c, d, e, f] = matrixOf(place);
  const area = a * d - b * c;
  if (!area) return null;
  return [(d * (x - e) - c * (y - f)) / area, (a * (y - f) - b * (x - e)) / area];
}

export function clamped([x, y]: Point): Point {
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return [within(x), within(y)];
}

/** How many CSS pixels one pixel of a radiograph of so many columns takes. */
export function scaleOf({ origin, right }: Place, columns: number): number {
  return Math.hypot(right[0] - origin[0], right[1] - origin[1]) / columns;
}

/** A rectangle between two points as the corners of a closed polygon. */
export function rectangle([x1, y1]: Point, [x2, y2]: Point): Point[] {
  return [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ];
}

/** Height and width of the whole radiograph in mm, at the detector. */
export type ExtentMm = readonly [height: number, width: number];

export function distanceMm(from: Point, to: Point, [height, width]: ExtentMm): number {
  return Math.hypot((to[0] - from[0]) * width, (to[1] - from[1]) * height);
}
