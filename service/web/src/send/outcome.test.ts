import { meaningOf } from "./outcome.ts";

const ID = "0d9cba1e-6a0c-4b43-9f0c-2b1c6d7f5c11";
const DICOM = { tries: 1, isPicture: false };
const answer = (status: number, body: unknown, afterS: number | null = null) =>
  ({ kind: "answer", status, body, afterS }) as const;
const result = (part: object) => ({ results: [{ position: 0, image_id: ID, code: "", reason: "", ...part }] });
const instance = "urn:uuid:5b0f";

it.each([
  ["accepted", answer(202, result({ outcome: "accepted" })), { kind: "taken", imageId: ID, before: false }],
  ["held before", answer(202, result({ outcome: "already held" })), { kind: "taken", imageId: ID, before: true }],
  [
    "declined",
    answer(202, result({ outcome: "declined", code: "view", reason: "lateral" })),
    { kind: "declined", imageId: ID, code: "view", reason: "lateral" },
  ],
  [
    "unreadable",
    answer(422, { instance, ...result({ outcome: "refused", image_id: null, code: "unreadable", reason: "cut off" }) }),
    { kind: "refused", why: "unreadable", reason: "cut off", requestId: "5b0f" },
  ],
  [
    "no room, said of the file",
    answer(507, { instance, ...result({ outcome: "refused", image_id: null, code: "no-room", reason: "full" }) }),
    { kind: "refused", why: "no-room", reason: "full", requestId: "5b0f" },
  ],
  ["no room", answer(507, { detail: "full" }), { kind: "refused", why: "no-room", reason: "full", requestId: "" }],
  ["too large", answer(413, null), { kind: "refused", why: "too-large", reason: "", requestId: "" }],
  ["not multipart", answer(415, null), { kind: "refused", why: "unsupported", reason: "", requestId: "" }],
  ["forbidden", answer(403, null), { kind: "refused", why: "forbidden", reason: "", requestId: "" }],
  ["a failure of ours", answer(500, null), { kind: "refused", why: "failed", reason: "", requestId: "" }],
  ["an answer of somebody else", answer(200, null), { kind: "refused", why: "other", reason: "", requestId: "" }],
  ["a teapot", answer(418, "<b>no</b>"), { kind: "refused", why: "other", reason: "", requestId: "" }],
  ["stopped", { kind: "stopped", mayHaveArrived: true } as const, { kind: "stopped", mayHaveArrived: true }],
])("understands %s", (_, outcome, to) => expect(meaningOf(outcome, DICOM)).toEqual({ to }));

it("takes `already held` after a try whose answer was lost for that very try", () => {
  const held = answer(202, result({ outcome: "already held" }));
  expect(meaningOf(held, { tries: 2, isPicture: false })).toEqual({
    to: { kind: "taken", imageId: ID, before: false },
  });
});

it.each([502, 503, 504, 429])("sends again after %i, and not before the server says", (status) => {
  expect(meaningOf(answer(status, null, 7), DICOM)).toEqual({ again: true, afterS: 7 });
});

it("sends again what was lost, and waits for a person where nobody is signed in", () => {
  expect(meaningOf({ kind: "lost" }, DICOM)).toEqual({ again: true, afterS: null });
  expect(meaningOf(answer(401, null), DICOM)).toEqual({ signedOut: true });
});

it("asks for the details again where Diafan objects to one of them, and only of a picture", () => {
  const invalid = answer(422, { invalid: [{ name: "patient_name", rule: "string_pattern_mismatch" }] });
  expect(meaningOf(invalid, { tries: 1, isPicture: true })).toEqual({
    to: { kind: "details", mistakes: { family: { rule: "refused" } } },
  });
  expect(meaningOf(invalid, DICOM)).toEqual({ to: { kind: "refused", why: "invalid", reason: "", requestId: "" } });
});
