// What an answer to an upload means for the file that was sent.
import { mistakesTold } from "./details.ts";
import type { Refusal, State } from "./item.ts";
import type { Outcome, Uploaded } from "./transfer.ts";

/** A state to stay in; or `again`: it did not get through; or `signed-out`: nobody is known here any more. */
export type Meaning = { to: State } | { again: true; afterS: number | null } | { signedOut: true };

const AGAIN: readonly number[] = [408, 425, 429, 502, 503, 504];

const BY_STATUS: Readonly<Record<number, Refusal>> = {
  403: "forbidden",
  413: "too-large",
  415: "unsupported",
  422: "invalid",
  500: "failed",
  507: "no-room",
};

/** `tries`: how often the file was sent, this time included; `isPicture`: it went with details that somebody filled in. */
export function meaningOf(outcome: Outcome, { tries, isPicture }: { tries: number; isPicture: boolean }): Meaning {
  if (outcome.kind === "lost") return { again: true, afterS: null };
  if (outcome.kind === "stopped") return { to: { kind: "stopped", mayHaveArrived: outcome.mayHaveArrived } };
  const { status, body, afterS } = outcome;
  if (status === 401) return { signedOut: true };
  if (AGAIN.includes(status)) return { again: true, afterS };
  const members = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const requestId = textIn(members, "instance").replace("urn:uuid:", "");
  const [result] = Array.isArray(members.results) ? (members.results as Uploaded[]) : [];
  if (result) return { to: stateOf(result, tries, requestId) };
  const mistakes = status === 422 && isPicture ? mistakesTold(members.invalid) : null;
  if (mistakes) return { to: { kind: "details", mistakes } };
  return { to: { kind: "refused", why: BY_STATUS[status] ?? "other", reason: textIn(members, "detail"), requestId } };
}

function stateOf(result: Uploaded, tries: number, requestId: string): State {
  const { outcome, code, reason } = result;
  const imageId = result.image_id ?? "";
  switch (outcome) {
    case "accepted":
      return { kind: "taken", imageId, before: false };
    case "already held":
      // After a try whose answer was lost, it may be that very try which arrived.
      return { kind: "taken", imageId, before: tries === 1 };
    case "declined":
    case "parked":
      return { kind: outcome, imageId, code, reason };
    case "refused":
      return { kind: "refused", why: code === "no-room" ? "no-room" : "unreadable", reason, requestId };
  }
}

function textIn(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  return typeof value === "string" ? value : "";
}
