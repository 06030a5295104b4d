// What can be done with a line: the first is what Enter does.
import type { Item } from "./item.ts";
import type { Line } from "./line.ts";

export type Act = "open" | "details" | "now" | "again" | "stop" | "remove";

export function actsFor({ state }: Item, { uid }: Line): readonly Act[] {
  switch (state.kind) {
    case "reading":
    case "waiting":
    case "sending":
      return ["stop"];
    case "details":
      return ["details", "stop"];
    case "again":
      return ["now", "stop"];
    case "stopped":
    case "refused":
      return ["again", "remove"];
    case "taken":
    case "parked":
      return uid === null ? ["remove"] : ["open", "remove"];
    case "declined":
      return ["remove"];
  }
}

/** Does Enter: only what takes nothing away. */
export function firstAct(acts: readonly Act[]): Act | null {
  return acts.find((act) => act !== "stop" && act !== "remove") ?? null;
}

/** Does Delete: what takes the file out of the way. */
export function lastAct(acts: readonly Act[]): Act | null {
  return acts.find((act) => act === "stop" || act === "remove") ?? null;
}
