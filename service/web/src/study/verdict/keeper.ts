// Drafts on their way to the server: each is kept shortly after a change, tried again until it is, and never lost while the tab lives.
import { isStatus, passes } from "../../api/problem.ts";
import { type Content, isNothing, isSame, nothing } from "./content.ts";

export interface Draft extends Content {
  /** Grows with each save; 0: nothing was saved. */
  version: number;
  saved_at: string;
}

export type Keeping =
  | { state: "nothing" }
  | { state: "kept"; at: string }
  /** Changed, and about to be kept. */
  | { state: "waiting" }
  /** Not kept: it lives in this tab only. */
  | { state: "unkept"; why: "no-connection" | "signed-out" | "refused"; error: unknown }
  /** Another window of the same person saved first. */
  | { state: "conflict" };

export interface Entry {
  content: Content;
  version: number;
  keeping: Keeping;
}

/** What the keeper needs of the world. */
export interface World {
  save: (uid: string, content: Content, version: number) => Promise<Draft>;
  /** Who is signed in: a draft is kept for nobody but who wrote it. Null: nobody. */
  who: () => Promise<string | null>;
}

const PAUSE_MS = 700;
const FIRST_RETRY_MS = 4000;
const LONGEST_RETRY_MS = 30_000;

interface Held extends Entry {
  /** Who wrote it. */
  subject: string;
  timer: ReturnType<typeof setTimeout> | undefined;
  saving: Promise<void> | undefined;
  retryMs: number;
}

export class DraftKeeper {
  readonly #world: World;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<() => void>();

  constructor(world: World) {
    this.#world = world;
  }

  entry(uid: string): Entry | undefined {
    return this.#held.get(uid);
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what the server has, unless there is something here that it does not have yet. */
  adopt(uid: string, subject: string, draft: Draft | null, reportRevision: number): void {
    const held = this.#held.get(uid);
    if (held && isUnsent(held)) return;
    const version = draft?.version ?? 0;
    const content = draft ? contentOf(draft) : nothing(reportRevision);
    if (held?.version === version && isSame(held.content, content)) return;
    const keeping: Keeping = draft ? { state: "kept", at: draft.saved_at } : { state: "nothing" };
    this.#put(uid, {
      content,
      version,
      keeping,
      subject,
      timer: undefined,
      saving: undefined,
      retryMs: FIRST_RETRY_MS,
    });
  }

  /** Changes what is written; it is kept when nothing has changed for a moment. */
  change(uid: string, content: Content): void {
    const held = this.#held.get(uid);
    if (!held || isSame(held.content, content)) return;
    const isBack = isNothing(content) && held.version === 0 && !held.saving;
    clearTimeout(held.timer);
    this.#put(uid, { ...held, content, keeping: isBack ? { state: "nothing" } : this.#changed(held) });
    if (!isBack) this.#later(uid, PAUSE_MS);
  }

  /** Keeps everything now. Returns the version that has it; raises what kept it from that. */
  async flush(uid: string): Promise<number> {
    for (let held = this.#held.get(uid); held && isUnsent(held); held = this.#held.get(uid)) {
      if (held.keeping.state === "conflict") throw new Error("draft-changed");
      await this.#save(uid);
      const { keeping } = this.#held.get(uid) ?? held;
      if (keeping.state === "unkept") throw keeping.error;
    }
    return this.#held.get(uid)?.version ?? 0;
  }

  /** Settles a conflict: what is here takes the place of that version. */
  overwrite(uid: string, version: number): void {
    const held = this.#held.get(uid);
    if (!held) return;
    this.#put(uid, { ...held, version, keeping: { state: "waiting" } });
    this.#later(uid, 0);
  }

  /** Forgets what is here: it was signed, or the other one is to be taken. */
  forget(uid: string): void {
    clearTimeout(this.#held.get(uid)?.timer);
    this.#held.delete(uid);
    this.#tell();
  }

  /** Tries again at once whatever could not be kept. */
  retry(): void {
    for (const [uid, { keeping }] of this.#held) if (keeping.state === "unkept") this.#later(uid, 0);
  }

  hasUnsent(): boolean {
    return [...this.#held.values()].some(isUnsent);
  }

  #changed(held: Held): Keeping {
    // A notice that something is wrong stays until it is not.
    return held.keeping.state === "unkept" || held.keeping.state === "conflict" ? held.keeping : { state: "waiting" };
  }

  #later(uid: string, ms: number): void {
    const held = this.#held.get(uid);
    if (!held || held.keeping.state === "conflict") return;
    clearTimeout(held.timer);
    held.timer = setTimeout(() => void this.#save(uid), ms);
  }

  async #save(uid: string): Promise<void> {
    const held = this.#held.get(uid);
    if (!held) return;
    clearTimeout(held.timer);
    held.saving ??= this.#send(uid, held);
    await held.saving;
  }

  async #send(uid: string, held: Held): Promise<void> {
    const { content, version, keeping, subject } = held;
    let after: Partial<Held>;
    try {
      if (keeping.state === "unkept" && (await this.#world.who()) !== subject) throw new SomebodyElseError();
      const draft = await this.#world.save(uid, content, version);
      after = { version: draft.version, keeping: { state: "kept", at: draft.saved_at }, retryMs: FIRST_RETRY_MS };
    } catch (error) {
      after = { keeping: keepingAfter(error) };
    }
    const now = this.#held.get(uid);
    if (now?.subject !== subject) return;
    const isNewer = after.keeping?.state === "kept" && !isSame(now.content, content);
    this.#put(uid, { ...now, ...after, ...(isNewer && { keeping: { state: "waiting" } as const }), saving: undefined });
    if (isNewer) this.#later(uid, PAUSE_MS);
    else if (after.keeping?.state === "unkept" && after.keeping.why === "no-connection") this.#again(uid);
  }

  #again(uid: string): void {
    const held = this.#held.get(uid);
    if (!held) return;
    this.#later(uid, held.retryMs);
    held.retryMs = Math.min(held.retryMs * 2, LONGEST_RETRY_MS);
  }

  #put(uid: string, held: Held): void {
    this.#held.set(uid, held);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Nobody is signed in, or not the person who wrote the draft. */
class SomebodyElseError extends Error {}

function isUnsent({ keeping }: Entry): boolean {
  return keeping.state === "waiting" || keeping.state === "unkept" || keeping.state === "conflict";
}

function keepingAfter(error: unknown): Keeping {
  if (isStatus(error, 409) && error.kind === "draft-changed") return { state: "conflict" };
  const isAway = isStatus(error, 401) || error instanceof SomebodyElseError;
  return { state: "unkept", why: isAway ? "signed-out" : passes(error) ? "no-connection" : "refused", error };
}

function contentOf({ report_revision, verdicts, regions, text }: Draft): Content {
  return { report_revision, verdicts, regions, text };
}
