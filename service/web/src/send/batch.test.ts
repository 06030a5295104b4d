import { Batch, waitMs } from "./batch.ts";
import { NOTHING } from "./details.ts";
import type { Load, Outcome } from "./transfer.ts";

interface Sent extends Load {
  end: (outcome: Outcome) => Promise<void>;
  stopped: boolean;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const accepted: Outcome = {
  kind: "answer",
  status: 202,
  body: { results: [{ outcome: "accepted", image_id: "i-1" }] },
  afterS: null,
};
const status = (code: number): Outcome => ({ kind: "answer", status: code, body: null, afterS: null });
const file = (name: string, bytes: readonly number[] = [1, 2, 3]) => new File([new Uint8Array(bytes)], name);

function begin() {
  const sent: Sent[] = [];
  const around = {
    answers: true,
    signedOut: 0,
    send: (load: Load) => {
      let resolve: (outcome: Outcome) => void = () => undefined;
      const outcome = new Promise<Outcome>((settle) => {
        resolve = settle;
      });
      const one: Sent = {
        ...load,
        stopped: false,
        end: async (how) => {
          resolve(how);
          await vi.advanceTimersByTimeAsync(0);
        },
      };
      sent.push(one);
      return {
        outcome,
        stop: () => {
          one.stopped = true;
          resolve({ kind: "stopped", mayHaveArrived: false });
        },
      };
    },
    ask: () => Promise.resolve(around.answers),
    onSignedOut: () => {
      around.signedOut += 1;
    },
  };
  const batch = new Batch(around);
  return { batch, sent, around, kinds: () => batch.now().items.map(({ state }) => state.kind) };
}

function nth(sent: readonly Sent[], at: number): Sent {
  const one = sent[at];
  if (!one) throw new Error(`only ${sent.length} were sent`);
  return one;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("sends at most three at a time, in their order", async () => {
  const { batch, sent, kinds } = begin();
  await batch.add(["a", "b", "c", "d"].map((name) => file(name)));
  expect(kinds()).toEqual(["sending", "sending", "sending", "waiting"]);
  await nth(sent, 1).end(accepted);
  expect(kinds()).toEqual(["sending", "taken", "sending", "sending"]);
  expect(sent.map(({ file: { size } }) => size)).toHaveLength(4);
});

it("waits longer after each failure, and then sends from the beginning", async () => {
  const { batch, sent, kinds } = begin();
  await batch.add([file("a")]);
  for (const [failures, wait] of [2000, 4000, 8000].entries()) {
    await nth(sent, failures).end({ kind: "lost" });
    expect(kinds()).toEqual(["again"]);
    await vi.advanceTimersByTimeAsync(wait - 10);
    expect(sent).toHaveLength(failures + 1);
    await vi.advanceTimersByTimeAsync(20);
    expect(sent).toHaveLength(failures + 2);
  }
  expect(batch.now().items[0]?.state).toEqual({ kind: "sending", sent: 0, all: 3 });
  expect([1, 2, 3, 6, 50].map(waitMs)).toEqual([2000, 4000, 8000, 60_000, 60_000]);
});

it("waits at least as long as the server asks", async () => {
  const { batch, sent } = begin();
  await batch.add([file("a")]);
  await nth(sent, 0).end({ ...status(503), afterS: 30 } as Outcome);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1500);
  expect(sent).toHaveLength(2);
});

it("tries at once when asked to", async () => {
  const { batch, sent } = begin();
  await batch.add([file("a")]);
  await nth(sent, 0).end({ kind: "lost" });
  batch.tryNow();
  expect(sent).toHaveLength(2);
});

it("sends nothing while Diafan does not answer, and goes on with everything when it does", async () => {
  const { batch, sent, around, kinds } = begin();
  around.answers = false;
  await batch.add(["a", "b", "c", "d", "e"].map((name) => file(name)));
  for (const at of [0, 1, 2]) await nth(sent, at).end({ kind: "lost" });
  expect(batch.now().held).toBe("away");
  await vi.advanceTimersByTimeAsync(300_000);
  const tried = sent.length;
  expect(kinds().filter((kind) => kind === "taken")).toEqual([]);
  batch.release("away");
  expect(sent.length).toBe(tried + 3);
  expect(batch.now().items.every(({ failures }) => failures === 0)).toBe(true);
});

it("waits for a person where nobody is signed in, and loses nothing", async () => {
  const { batch, sent, around, kinds } = begin();
  await batch.add([file("a"), file("b")]);
  await nth(sent, 0).end(status(401));
  await nth(sent, 1).end(status(401));
  expect([batch.now().held, around.signedOut, ...kinds()]).toEqual(["session", 2, "waiting", "waiting"]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sent).toHaveLength(2);
  batch.release("session");
  expect(sent).toHaveLength(4);
});

it("asks whose a picture is, and sends each with the details that were given for it", async () => {
  const { batch, sent, kinds } = begin();
  await batch.add([file("a.png", PNG), file("b.png", PNG), file("c.dcm")]);
  expect(kinds()).toEqual(["details", "details", "sending"]);
  const [first, second] = batch.now().items;
  batch.describe([second?.id ?? 0], { ...NOTHING, patientId: "2" });
  expect(kinds()).toEqual(["details", "sending", "sending"]);
  batch.describe([first?.id ?? 0], { ...NOTHING, patientId: "1" });
  expect(sent.map(({ parts }) => parts)).toEqual([{}, { patient_id: "2" }, { patient_id: "1" }]);
});

it("stops one, or all that are under way, and sends again what was stopped", async () => {
  const { batch, sent, kinds } = begin();
  await batch.add([...["a", "b", "c", "d"].map((name) => file(name)), file("e.png", PNG)]);
  batch.stop(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(nth(sent, 0).stopped).toBe(true);
  expect(kinds()).toEqual(["stopped", "sending", "sending", "sending", "details"]);
  batch.stopAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds()).toEqual(["stopped", "stopped", "stopped", "stopped", "details"]);
  batch.again(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds()[0]).toBe("sending");
});

it("does not send what is larger than Diafan takes", async () => {
  const { batch, sent } = begin();
  batch.largestBytes = 10_000;
  await batch.add([file("large", Array<number>(9000).fill(0)), file("small")]);
  expect(sent).toHaveLength(1);
  expect(batch.now().items[0]?.state).toMatchObject({ kind: "refused", why: "too-large" });
});

it("says that a file is gone instead of sending it for ever", async () => {
  const { batch, sent } = begin();
  const gone = file("gone");
  await batch.add([gone]);
  vi.spyOn(gone, "slice").mockImplementation(() => {
    throw new DOMException("", "NotReadableError");
  });
  await nth(sent, 0).end({ kind: "lost" });
  expect(batch.now().items[0]?.state).toMatchObject({ kind: "refused", why: "gone" });
  expect(batch.isUnsent).toBe(false);
});

it("forgets everything, and stops what is on its way, when somebody else comes", async () => {
  const { batch, sent } = begin();
  await batch.add([file("a"), file("b.png", PNG)]);
  expect(batch.isUnsent).toBe(true);
  batch.clear();
  await vi.advanceTimersByTimeAsync(0);
  expect([nth(sent, 0).stopped, batch.isUnsent, batch.now().items.length]).toEqual([true, false, 0]);
});

it("keeps what is unsent when what is done is cleared", async () => {
  const { batch, sent, kinds } = begin();
  await batch.add(["a", "b", "c"].map((name) => file(name)));
  await nth(sent, 0).end(accepted);
  batch.clearDone();
  expect(kinds()).toEqual(["sending", "sending"]);
});
