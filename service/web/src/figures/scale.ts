// Axes that can be read: round steps, and no more of them than there is room for.

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** Ticks from 0 to the first round number at or above `most`: about `wanted` of them, all multiples of one round step. */
export function ticks(most: number, wanted: number, { whole = false } = {}): number[] {
  const top = Number.isFinite(most) && most > 0 ? most : 1;
  const rough = top / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const rounded = (STEPS.find((step) => step * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const step = whole ? Math.max(1, Math.ceil(rounded)) : rounded;
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** The decimal places that tell the ticks apart. */
export function decimalsOf(values: readonly number[]): number {
  const step = values[1] ?? 1;
  return [0, 1, 2].find((places) => Math.abs(step * 10 ** places - Math.round(step * 10 ** places)) < 1e-6) ?? 3;
}

/** An SVG path through the points that are there; a value that is missing leaves a gap. */
export function pathOf(points: readonly (readonly [number, number] | null)[]): string {
  let isDown = false;
  return points
    .map((point) => {
      const word = point ? `${isDown ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}` : "";
      isDown = point !== null;
      return word;
    })
    .join("");
}
