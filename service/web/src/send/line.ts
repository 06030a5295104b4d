// Where a line of the batch stands, from what was sent to what the model says.
import { imageIdOf, type Item } from "./item.ts";
import type { Results } from "./results.ts";
import type { Study } from "../worklist/read.ts";

export type Standing =
  | "reading"
  | "details"
  | "waiting"
  | "sending"
  | "storing"
  | "again"
  | "stopped"
  | "refused"
  | "received"
  | "analysing"
  | "reported"
  | "delivered"
  | "declined"
  | "parked"
  | "withdrawn"
  | "superseded";

export interface Line {
  standing: Standing;
  /** Of the image itself, where it was declined or parked. */
  code: string;
  reason: string;
  /** The study that can be opened; null: there is none, or it is not known yet. */
  uid: string | null;
  /** The study with its findings, once this image was analysed. */
  study: Study | null;
}

const NO_STUDY = { code: "", reason: "", uid: null, study: null };

export function lineOf(item: Item, { images, studies }: Results): Line {
  const { state } = item;
  switch (state.kind) {
    case "sending":
      return { ...NO_STUDY, standing: state.all > 0 && state.sent >= state.all ? "storing" : "sending" };
    case "reading":
    case "details":
    case "waiting":
    case "again":
    case "stopped":
    case "refused":
      return { ...NO_STUDY, standing: state.kind };
    case "taken":
    case "declined":
    case "parked":
      break;
  }
  const image = images.get(imageIdOf(item) ?? "");
  const study = image ? (studies.get(image.study_instance_uid) ?? null) : null;
  const uid = image?.study_instance_uid ?? null;
  if (state.kind !== "taken") return { standing: state.kind, code: state.code, reason: state.reason, uid, study: null };
  switch (image?.state) {
    case undefined:
      return { ...NO_STUDY, standing: "received" };
    case "declined":
    case "parked":
      return { standing: image.state, code: image.reason_code, reason: image.reason, uid, study: null };
    case "superseded":
      return { ...NO_STUDY, standing: "superseded", uid };
    case "received":
      return { ...NO_STUDY, standing: study?.status === "analysing" ? "analysing" : "received", uid };
    case "analysed":
      if (study?.status === "restricted") return { ...NO_STUDY, standing: "parked", code: "restricted", uid };
      // An image may be done while others of its study are not: its report comes with them.
      return {
        standing: study?.status === "received" || !study ? "analysing" : study.status,
        code: study?.reason_code ?? "",
        reason: study?.reason ?? "",
        uid,
        study,
      };
  }
}

const RESULT: readonly Standing[] = ["reported", "delivered"];

/** Tells whether the model's answer stands and can be looked at. */
export function hasResult({ standing }: Line): boolean {
  return RESULT.includes(standing);
}

export type Tally = "taken" | "declined" | "parked" | "refused" | "stopped" | "details" | "underWay";

const TALLIES: Record<Standing, Tally> = {
  reading: "underWay",
  waiting: "underWay",
  sending: "underWay",
  storing: "underWay",
  again: "underWay",
  details: "details",
  stopped: "stopped",
  refused: "refused",
  declined: "declined",
  parked: "parked",
  received: "taken",
  analysing: "taken",
  reported: "taken",
  delivered: "taken",
  withdrawn: "taken",
  superseded: "taken",
};

/** Counts the lines by what a person wants to know of a batch. */
export function tally(lines: readonly Line[]): ReadonlyMap<Tally, number> {
  const counts = new Map<Tally, number>();
  for (const { standing } of lines) counts.set(TALLIES[standing], (counts.get(TALLIES[standing]) ?? 0) + 1);
  return counts;
}
