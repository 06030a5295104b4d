import { ProblemError, UnreachableError } from "../../api/problem.ts";
import { type Content, nothing } from "./content.ts";
import { type Draft, DraftKeeper } from "./keeper.ts";

const UID = "2.25.1";

/** A server that keeps drafts as Diafan does. */
class FakeServer {
  kept: Draft | null = null;
  saves = 0;
  failure: unknown = null;
  who: string | null = "anna";
  /** Set: saving waits until it is called. */
  release: (() => void) | null = null;
  isSlow = false;

  readonly keeper = new DraftKeeper({
    save: async (_, content, version) => {
      this.saves += 1;
      if (this.isSlow) await new Promise<void>((resolve) => (this.release = resolve));
      if (this.failure) throw this.failure as Error;
      if ((this.kept?.version ?? 0) !== version)
        throw new ProblemError(409, { type: "urn:diafan:problem:draft-changed" });
      this.kept = { ...content, version: version + 1, saved_at: "2026-01-01T14:35:00Z" };
      return this.kept;
    },
    who: () => Promise.resolve(this.who),
  });
}

let server: FakeServer;
const write = (text: string): Content => ({ ...nothing(1), text });
const state = () => server.keeper.entry(UID)?.keeping.state;
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  server = new FakeServer();
  server.keeper.adopt(UID, "anna", null, 1);
});
afterEach(() => {
  vi.useRealTimers();
});

it("keeps what is written once nothing has changed for a moment", async () => {
  server.keeper.change(UID, write("a"));
  await later(300);
  server.keeper.change(UID, write("ab"));
  expect(state()).toBe("waiting");
  await later(1000);
  expect([server.saves, server.kept?.text, state()]).toEqual([1, "ab", "kept"]);
});

it("keeps nothing where nothing was written", async () => {
  server.keeper.change(UID, write("a"));
  server.keeper.change(UID, write(""));
  await later(10_000);
  expect([server.saves, state()]).toEqual([0, "nothing"]);
});

it("keeps what is written while it is being kept, too", async () => {
  server.isSlow = true;
  server.keeper.change(UID, write("a"));
  await later(1000);
  server.keeper.change(UID, write("b"));
  server.isSlow = false;
  server.release?.();
  await later(5000);
  expect([server.kept?.text, server.kept?.version, state()]).toEqual(["b", 2, "kept"]);
});

it("tries again by itself without a connection, and what was written meanwhile is kept with it", async () => {
  server.failure = new UnreachableError("no answer");
  server.keeper.change(UID, write("a"));
  await later(1000);
  expect(server.keeper.entry(UID)?.keeping).toMatchObject({ state: "unkept", why: "no-connection" });
  expect(server.keeper.hasUnsent()).toBe(true);
  server.keeper.change(UID, write("ab"));
  server.failure = null;
  await later(60_000);
  expect([server.kept?.text, state(), server.keeper.hasUnsent()]).toEqual(["ab", "kept", false]);
});

it("waits for who is signed out, and keeps nothing in the name of somebody else", async () => {
  server.failure = new ProblemError(401, {});
  server.keeper.change(UID, write("a"));
  await later(1000);
  const { saves } = server;
  await later(600_000);
  expect(server.saves).toBe(saves);
  server.failure = null;
  server.who = "bert";
  server.keeper.retry();
  await later(1000);
  expect([server.kept, server.keeper.entry(UID)?.content.text]).toEqual([null, "a"]);
  server.who = "anna";
  server.keeper.retry();
  await later(1000);
  expect([server.kept?.text, state()]).toEqual(["a", "kept"]);
});

it("does not overwrite what another window has kept, until somebody says so", async () => {
  server.kept = { ...write("there"), version: 1, saved_at: "" };
  server.keeper.change(UID, write("here"));
  await later(60_000);
  expect([server.saves, state()]).toEqual([1, "conflict"]);
  await expect(server.keeper.flush(UID)).rejects.toThrow();
  server.keeper.change(UID, write("here, too"));
  await later(60_000);
  expect([server.saves, state()]).toEqual([1, "conflict"]);
  server.keeper.overwrite(UID, 1);
  await later(1000);
  expect([server.kept.text, state()]).toEqual(["here, too", "kept"]);
});

it("says that it was refused, and tries again with the next change", async () => {
  server.failure = new ProblemError(422, {});
  server.keeper.change(UID, write("a"));
  await later(60_000);
  expect([server.saves, server.keeper.entry(UID)?.keeping]).toEqual([1, expect.objectContaining({ why: "refused" })]);
  server.failure = null;
  server.keeper.change(UID, write("b"));
  await later(1000);
  expect(state()).toBe("kept");
});

it("keeps everything at once before a signature, and tells the version that has it", async () => {
  server.keeper.change(UID, write("a"));
  await expect(server.keeper.flush(UID)).resolves.toBe(1);
  server.keeper.change(UID, write("b"));
  server.failure = new UnreachableError("no answer");
  await expect(server.keeper.flush(UID)).rejects.toThrow(UnreachableError);
});

it("takes what the server has, but never over what it does not have yet", async () => {
  const there: Draft = { ...write("there"), version: 4, saved_at: "2026-01-01T10:00:00Z" };
  server.keeper.adopt(UID, "anna", there, 1);
  expect(server.keeper.entry(UID)).toMatchObject({ version: 4, content: { text: "there" } });
  server.keeper.change(UID, write("here"));
  server.keeper.adopt(UID, "anna", there, 1);
  expect(server.keeper.entry(UID)?.content.text).toBe("here");
  server.keeper.forget(UID);
  server.keeper.adopt(UID, "anna", null, 2);
  expect(server.keeper.entry(UID)?.content).toEqual(nothing(2));
  await later(1000);
  expect(server.saves).toBe(0);
});
