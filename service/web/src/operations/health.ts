// What is wrong with the service, as its figures say it; parked things are told apart from it.
import type { Destination, Operations, Span } from "./read.ts";

export type Trouble =
  | { kind: "model"; detail: string }
  | { kind: "workers" }
  | { kind: "room" }
  | { kind: "log"; seconds: number }
  | { kind: "slow"; seconds: number }
  | { kind: "failing"; name: string };

/** The sequencer works twice a second: so far behind, it does not. */
export const LOG_BEHIND_S = 30;
/** An image that waits longer for its analysis keeps a reader waiting. */
export const SLOW_S = 120;

/** Everything that is wrong, the worst first. */
export function troublesOf(state: Operations): Trouble[] {
  const { model, workers, disk, audit_log: log, queues, destinations } = state;
  const oldest = queues.find(({ name }) => name === "analyse")?.oldest_s ?? 0;
  return [
    ...(model.problem ? [{ kind: "model", detail: model.problem } as const] : []),
    ...(workers === 0 ? [{ kind: "workers" } as const] : []),
    ...(isFull(state) && disk.total_bytes > 0 ? [{ kind: "room" } as const] : []),
    ...(isBehind(state) ? [{ kind: "log", seconds: log.behind_s ?? 0 } as const] : []),
    ...(oldest > SLOW_S ? [{ kind: "slow", seconds: oldest } as const] : []),
    ...destinations.filter(({ failing }) => failing > 0).map(({ name }) => ({ kind: "failing", name }) as const),
  ];
}

export function isFull({ disk }: Operations): boolean {
  return disk.free_bytes < disk.reserve_bytes;
}

export function isBehind({ audit_log: log }: Operations): boolean {
  return (log.behind_s ?? 0) > LOG_BEHIND_S;
}

/** A stage's jobs: those of every destination together for `deliver`. */
export function jobsOf(state: Operations, stage: "analyse" | "report" | "deliver") {
  const queues = state.queues.filter(({ name }) => name === stage || name.startsWith(`${stage}:`));
  const sum = (part: "due" | "running" | "later") => queues.reduce((total, queue) => total + queue[part], 0);
  return { due: sum("due"), running: sum("running"), later: sum("later") };
}

export type Counted = "received" | "declined" | "analysed" | "reported" | "delivered";

export function totalOf(spans: readonly Span[], what: Counted): number {
  return spans.reduce((total, span) => total + span[what], 0);
}

export function sumOf(
  destinations: readonly Destination[],
  what: "unfinished" | "parked" | "delivered_last_day",
): number {
  return destinations.reduce((total, destination) => total + destination[what], 0);
}
