import { type Colours, DARK, LIGHT } from "./tokens.ts";

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["page", "panel", "raised", "selected"] as const;
const LETTERS = [
  "text",
  "textSecond",
  "textThird",
  "accent",
  "present",
  "indeterminate",
  "absent",
  "bad",
  "good",
] as const;

describe.each<[string, Colours]>([
  ["dark", DARK],
  ["light", LIGHT],
])("the %s theme", (_, colours) => {
  it.each(LETTERS.flatMap((letter) => GROUNDS.map((ground) => [letter, ground] as const)))(
    "has %s readable on %s (WCAG 1.4.3)",
    (letter, ground) => expect(contrast(colours[letter], colours[ground])).toBeGreaterThanOrEqual(4.5),
  );
  it.each(GROUNDS)("has the edge of a control visible on %s (WCAG 1.4.11)", (ground) =>
    expect(contrast(colours.edge, colours[ground])).toBeGreaterThanOrEqual(3),
  );
  it("has words readable on filled buttons and marks", () => {
    expect(contrast(colours.onAccent, colours.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours.onPresent, colours.present)).toBeGreaterThanOrEqual(4.5);
  });
});

it("measures black on white as 21", () => expect(contrast("#000000", "#ffffff")).toBeCloseTo(21));
