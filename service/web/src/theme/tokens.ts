// The design's few values: every colour, size and width that a screen is made of. Their contrast is tested beside them.

/** The colours of one theme; each name says what it is for. */
export interface Colours {
  /** Behind everything. */
  page: string;
  /** Bars and panels. */
  panel: string;
  /** Under the pointer; fields in panels. */
  raised: string;
  /** The chosen row. */
  selected: string;
  /** Between rows; nothing depends on seeing it. */
  line: string;
  /** Around what can be operated: 3:1 against what it lies on (WCAG 1.4.11). */
  edge: string;
  text: string;
  textSecond: string;
  textThird: string;
  /** What can be operated, and the focus. */
  accent: string;
  onAccent: string;
  /** A call of something abnormal; in the PACS's pictures, too. */
  present: string;
  onPresent: string;
  indeterminate: string;
  absent: string;
  bad: string;
  good: string;
}

export const DARK: Colours = {
  page: "#0b0e11",
  panel: "#12161a",
  raised: "#1a2026",
  selected: "#1d2a31",
  line: "#262d34",
  edge: "#6b7783",
  text: "#e9edf0",
  textSecond: "#b3bdc6",
  textThird: "#8d99a4",
  accent: "#7cc9da",
  onAccent: "#06222a",
  present: "#fca50a",
  onPresent: "#1b1000",
  indeterminate: "#e7c27a",
  absent: "#9db0be",
  bad: "#ff8f7f",
  good: "#83cba6",
};

export const LIGHT: Colours = {
  page: "#f3f4f3",
  panel: "#ffffff",
  raised: "#eceeee",
  selected: "#dcebef",
  line: "#d5d9da",
  edge: "#737d84",
  text: "#14191d",
  textSecond: "#414b53",
  textThird: "#59646c",
  accent: "#0b6478",
  onAccent: "#ffffff",
  present: "#9a5200",
  onPresent: "#ffffff",
  indeterminate: "#7a5a10",
  absent: "#4d5d68",
  bad: "#a9261a",
  good: "#1c6b45",
};

/** The type scale in rem: caption, second, body, heading, title, display; each with its line height. */
export const TYPE = {
  caption: { fontSize: "0.75rem", lineHeight: 1.334 },
  second: { fontSize: "0.8125rem", lineHeight: 1.385 },
  body: { fontSize: "0.875rem", lineHeight: 1.429 },
  heading: { fontSize: "1rem", lineHeight: 1.5 },
  title: { fontSize: "1.25rem", lineHeight: 1.4 },
  display: { fontSize: "1.75rem", lineHeight: 1.286 },
} as const;

/** Heights in rem, so that they grow with the reader's own text size. */
export const BAR_REM = 3;
export const FOOT_REM = 1.75;
export const CONTROL_REM = 2;
export const ROW_REM = 3.375;
export const ROW_HEAD_REM = 2.125;
/** From the window's edge to the first letter. */
export const GUTTER_PX = 20;

/** A wide reading-room screen stands further away: everything is an eighth larger from this width on. */
export const WIDE_PX = 2200;
