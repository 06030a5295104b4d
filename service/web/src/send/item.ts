// One file of a batch, and where it stands.
import type { Details, Mistakes } from "./details.ts";
import type { Kind } from "./kind.ts";

/** Why a file was refused, or could not even be sent; each has words for what it is, and for what to do. */
export const REFUSALS = [
  "unreadable",
  "no-room",
  "too-large",
  "unsupported",
  "forbidden",
  "invalid",
  "failed",
  "gone",
  "other",
] as const;
export type Refusal = (typeof REFUSALS)[number];

export type State =
  /** Its first bytes are being read. */
  | { kind: "reading" }
  /** It does not say whose it is: somebody has to. */
  | { kind: "details"; mistakes: Mistakes | null }
  | { kind: "waiting" }
  /** All of it has left when `sent` is `all`: then it is being stored. */
  | { kind: "sending"; sent: number; all: number }
  /** It did not get through, and is sent again from its beginning at `at` (ms since 1970). */
  | { kind: "again"; at: number }
  /** Diafan has it. `before`: it had it before any try of ours. */
  | { kind: "taken"; imageId: string; before: boolean }
  | { kind: "declined" | "parked"; imageId: string; code: string; reason: string }
  | { kind: "refused"; why: Refusal; reason: string; requestId: string }
  | { kind: "stopped"; mayHaveArrived: boolean };

export interface Item {
  id: number;
  /** Which drop it came with. */
  drop: number;
  file: File;
  kind: Kind;
  /** What was filled in for it; of no use for DICOM. */
  details: Details | null;
  state: State;
  /** How often it was sent and did not get through, in a row. */
  failures: number;
  /** How often it was sent at all. */
  tries: number;
}

const UNSENT: readonly State["kind"][] = ["reading", "details", "waiting", "sending", "again"];

/** Tells whether it would be lost if the window were closed. */
export function isUnsent({ state }: Item): boolean {
  return UNSENT.includes(state.kind);
}

/** Tells whether it is Diafan's turn or ours: nobody has to do anything for it to be sent. */
export function isUnderWay({ state }: Item): boolean {
  return isUnsent({ state } as Item) && state.kind !== "details";
}

export function imageIdOf({ state }: Item): string | null {
  return "imageId" in state ? state.imageId : null;
}
