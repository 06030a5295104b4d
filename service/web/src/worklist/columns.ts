// The columns of the worklist, and how wide they are on a laptop, a desk and a reading-room screen.
import type { Sort } from "./filter.ts";

export type Column = "priority" | "status" | "patient" | "study" | "findings" | "received" | "source";

export const COLUMNS: readonly { name: Column; sort?: Sort }[] = [
  { name: "priority", sort: "priority" },
  { name: "status", sort: "status" },
  { name: "patient", sort: "patient" },
  { name: "study" },
  { name: "findings" },
  { name: "received", sort: "received" },
  { name: "source" },
];

export interface Layout {
  /** For CSS: grid-template-columns. */
  widths: string;
  /** How many findings a row shows; the others are counted. */
  findings: number;
  /** One below the other, where there is no room beside: a label that is cut off cannot be read at a glance. */
  isStacked?: boolean;
  bandPx: number;
}

const NARROW: Layout = {
  widths: "4.75rem 8.75rem minmax(11rem, 1.2fr) minmax(11rem, 1.05fr) minmax(18rem, 1.4fr) 6.25rem 5.75rem",
  findings: 2,
  isStacked: true,
  bandPx: 48,
};
const USUAL: Layout = {
  widths: "5.25rem 10rem minmax(14rem, 1.1fr) minmax(12.5rem, 0.9fr) minmax(33rem, 1.9fr) 6.25rem 7rem",
  findings: 2,
  bandPx: 56,
};
const WIDE: Layout = {
  widths: "5.25rem 10.5rem minmax(16rem, 1.1fr) minmax(14rem, 0.9fr) minmax(48rem, 2.2fr) 7rem 8rem",
  findings: 3,
  bandPx: 64,
};

export function layoutFor(isUsual: boolean, isWide: boolean): Layout {
  return isWide ? WIDE : isUsual ? USUAL : NARROW;
}
