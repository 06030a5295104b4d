// The files that somebody sends: which go next, what came of each, and what goes on by itself when a connection is lost.
// It lives beside the pages, so that going to another one stops nothing.
import { type Details, partsOf } from "./details.ts";
import { isUnderWay, isUnsent, type Item, type State } from "./item.ts";
import { kindOf } from "./kind.ts";
import { meaningOf } from "./outcome.ts";
import type { Send, Transfer } from "./transfer.ts";

const AT_A_TIME = 3;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;
/** The parts of an upload around the file itself. */
const ENVELOPE_BYTES = 8192;
/** Looked at together, so that a thousand files are not drawn a thousand times. */
const LOOKED_AT = 50;

export interface Surroundings {
  send: Send;
  /** Asks whether Diafan answers at all. */
  ask: () => Promise<boolean>;
  /** Nobody is known here any more: the session is to be looked at. */
  onSignedOut: () => void;
}

export interface Snapshot {
  items: readonly Item[];
  /** Why nothing goes out now; null: something may. `away`: Diafan does not answer; `session`: nobody is signed in. */
  held: "away" | "session" | null;
}

export class Batch {
  readonly #around: Surroundings;
  readonly #listeners = new Set<() => void>();
  readonly #transfers = new Map<number, Transfer>();
  #snapshot: Snapshot = { items: [], held: null };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ids = 0;
  #drops = 0;
  #isAsking = false;
  /** Nothing larger is sent; learned from the API. */
  largestBytes = Infinity;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly now = (): Snapshot => this.#snapshot;

  get isUnsent(): boolean {
    return this.#snapshot.items.some(isUnsent);
  }

  /** Takes files of one drop; returns when it is known what each of them is. */
  async add(files: readonly File[]): Promise<void> {
    this.#drops += 1;
    const items = files.map((file): Item => {
      this.#ids += 1;
      const drop = this.#drops;
      return {
        id: this.#ids,
        drop,
        file,
        kind: "other",
        details: null,
        state: { kind: "reading" },
        failures: 0,
        tries: 0,
      };
    });
    this.#tell({ items: [...this.#snapshot.items, ...items] });
    for (let at = 0; at < items.length; at += LOOKED_AT) await this.#look(items.slice(at, at + LOOKED_AT));
  }

  /** Sends pictures with these details; the caller has looked for mistakes. */
  describe(ids: readonly number[], details: Details): void {
    for (const id of ids)
      if (this.#stateOf(id)?.kind === "details") this.#change(id, { details, state: { kind: "waiting" } });
  }

  /** Stops a file that was not sent yet, or is on its way. */
  stop(id: number): void {
    const state = this.#stateOf(id);
    const transfer = this.#transfers.get(id);
    if (transfer) transfer.stop();
    else if (state && isUnsent({ state } as Item))
      this.#change(id, { state: { kind: "stopped", mayHaveArrived: false } });
  }

  stopAll(): void {
    for (const item of this.#snapshot.items) if (isUnderWay(item)) this.stop(item.id);
  }

  /** Sends again what was stopped or refused, or at once what waits for its next try. */
  again(id: number): void {
    const item = this.#snapshot.items.find((one) => one.id === id);
    if (!item || this.#transfers.has(id)) return;
    const { state, kind, details } = item;
    if (state.kind === "again" || (state.kind === "stopped" && kind === "picture" && details))
      this.#change(id, { state: { kind: "waiting" } });
    else if (state.kind === "stopped" || state.kind === "refused") {
      // The file may be another one by now.
      this.#change(id, { failures: 0, state: { kind: "reading" } });
      void this.#look([item]);
    }
  }

  /** Tries at once whatever waits for its next try. */
  tryNow(): void {
    if (this.#snapshot.held === "away") this.release("away");
    for (const { id, state } of this.#snapshot.items) if (state.kind === "again") this.again(id);
  }

  /** Takes a line away; what is on its way is stopped. */
  remove(id: number): void {
    this.#transfers.get(id)?.stop();
    this.#tell({ items: this.#snapshot.items.filter((item) => item.id !== id) });
  }

  /** Takes away what needs nobody any more. */
  clearDone(): void {
    this.#tell({ items: this.#snapshot.items.filter(isUnsent) });
  }

  /** Forgets everything, and sends nothing more: it belonged to somebody who is gone. */
  clear(): void {
    for (const transfer of this.#transfers.values()) transfer.stop();
    this.#transfers.clear();
    this.#tell({ items: [], held: null });
  }

  /** Lets nothing more out, until `release`. */
  hold(why: "away" | "session"): void {
    this.#tell({ held: why });
  }

  /** Goes on where it was. */
  release(why: "away" | "session"): void {
    if (this.#snapshot.held !== why) return;
    if (why === "away")
      for (const { id, state } of this.#snapshot.items)
        if (state.kind === "again") this.#change(id, { failures: 0, state: { kind: "waiting" } });
    this.#tell({ held: null });
  }

  /** Says what each file is, and whether it can go. */
  async #look(items: readonly Item[]): Promise<void> {
    const kinds = await Promise.all(items.map(({ file }) => kindOf(file).catch(() => null)));
    const found = new Map(items.map(({ id }, at) => [id, kinds[at] ?? null]));
    this.#tell({
      items: this.#snapshot.items.map((item) => {
        const kind = found.get(item.id);
        if (kind === undefined || item.state.kind !== "reading") return item;
        if (kind === null) return { ...item, state: refused("gone") };
        if (item.file.size + ENVELOPE_BYTES > this.largestBytes) return { ...item, kind, state: refused("too-large") };
        const lacksDetails = kind === "picture" && item.details === null;
        return { ...item, kind, state: lacksDetails ? { kind: "details", mistakes: null } : { kind: "waiting" } };
      }),
    });
  }

  #stateOf(id: number): State | undefined {
    return this.#snapshot.items.find((item) => item.id === id)?.state;
  }

  #change(id: number, part: Partial<Item>): void {
    this.#tell({ items: this.#snapshot.items.map((item) => (item.id === id ? { ...item, ...part } : item)) });
  }

  #tell(part: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    this.#start();
    for (const listener of this.#listeners) listener();
  }

  /** Starts as many as may be on their way at a time. */
  #start(): void {
    clearTimeout(this.#timer);
    // Where one did not get through, no other is begun until it is known whether anybody answers.
    if (this.#snapshot.held || this.#isAsking) return;
    const now = Date.now();
    const isDue = ({ id, state }: Item) =>
      !this.#transfers.has(id) && (state.kind === "waiting" || (state.kind === "again" && state.at <= now));
    for (const item of this.#snapshot.items.filter(isDue).slice(0, Math.max(0, AT_A_TIME - this.#transfers.size)))
      this.#send(item);
    const next = this.#snapshot.items.flatMap(({ state }) => (state.kind === "again" ? [state.at] : []));
    if (next.length) this.#timer = setTimeout(() => this.#tell({}), Math.max(0, Math.min(...next) - now));
  }

  #send(item: Item): void {
    const { id, file, kind, details } = item;
    const transfer = this.#around.send({
      file,
      parts: kind === "picture" && details ? partsOf(details) : {},
      onProgress: (sent, all) => {
        if (this.#transfers.get(id) === transfer) this.#change(id, { state: { kind: "sending", sent, all } });
      },
    });
    this.#transfers.set(id, transfer);
    const state: State = { kind: "sending", sent: 0, all: file.size };
    // No start from within a start: what is drawn next is told by the caller.
    this.#snapshot = {
      ...this.#snapshot,
      items: this.#snapshot.items.map((one) => (one.id === id ? { ...one, state, tries: one.tries + 1 } : one)),
    };
    void transfer.outcome.then(async (outcome) => {
      const tries = this.#snapshot.items.find((one) => one.id === id)?.tries ?? 1;
      const isGone = outcome.kind === "lost" && !(await isReadable(file));
      if (this.#transfers.get(id) !== transfer) return;
      this.#transfers.delete(id);
      if (isGone) this.#change(id, { state: refused("gone") });
      else this.#end(id, meaningOf(outcome, { tries, isPicture: kind === "picture" }));
    });
  }

  #end(id: number, meaning: ReturnType<typeof meaningOf>): void {
    if ("to" in meaning) {
      this.#change(id, { state: meaning.to, failures: 0 });
      return;
    }
    if ("signedOut" in meaning) {
      this.hold("session");
      this.#change(id, { state: { kind: "waiting" } });
      this.#around.onSignedOut();
      return;
    }
    const failures = (this.#snapshot.items.find((item) => item.id === id)?.failures ?? 0) + 1;
    const wait = Math.max(waitMs(failures), (meaning.afterS ?? 0) * 1000);
    const isAskedAlready = this.#isAsking;
    this.#isAsking = true;
    this.#change(id, { failures, state: { kind: "again", at: Date.now() + wait } });
    if (isAskedAlready) return;
    void this.#around.ask().then((answers) => {
      this.#isAsking = false;
      this.#tell(answers ? {} : { held: "away" });
    });
  }
}

/** Twice as long after each failure. */
export function waitMs(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
}

function refused(why: "gone" | "too-large"): State {
  return { kind: "refused", why, reason: "", requestId: "" };
}

/** A file may be changed, moved or unplugged while it waits. */
async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
