import { clamped, distanceMm, matrixOf, type Place, rectangle, scaleOf, toFraction, toScreen } from "./place.ts";

/** Turned by a quarter and moved: what any viewer may do. */
const TURNED: Place = { origin: [300, 100], right: [300, 300], down: [200, 100] };

it.each([
  [
    [0, 0],
    [300, 100],
  ],
  [
    [1, 0],
    [300, 300],
  ],
  [
    [0, 1],
    [200, 100],
  ],
  [
    [0.25, 0.5],
    [250, 150],
  ],
] as const)("draws %j of a turned radiograph at %j, and finds it there again", (fraction, screen) => {
  expect(toScreen(TURNED, fraction)).toEqual(screen);
  expect(toFraction(TURNED, screen)).toEqual(fraction);
});

it("gives a canvas the same matrix", () => {
  expect(matrixOf(TURNED)).toEqual([0, 200, -100, 0, 300, 100]);
});

it("finds nothing on a radiograph without an extent", () => {
  expect(toFraction({ origin: [1, 1], right: [1, 1], down: [1, 1] }, [5, 5])).toBeNull();
});

it("measures zoom along the radiograph, however it is turned", () => {
  expect(scaleOf(TURNED, 400)).toBe(0.5);
});

it("measures a distance with the height and the width that the detector has", () => {
  expect(distanceMm([0, 0], [0.5, 0], [400, 300])).toBe(150);
  expect(distanceMm([0, 0], [0.3, 0.4], [100, 100])).toBeCloseTo(50);
});

it("keeps points on the radiograph, and makes rectangles that are closed", () => {
  expect(clamped([-0.2, 1.4])).toEqual([0, 1]);
  expect(rectangle([0, 0], [1, 0.5])).toEqual([
    [0, 0],
    [1, 0],
    [1, 0.5],
    [0, 0.5],
  ]);
});
