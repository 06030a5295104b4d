import { renderHook } from "@testing-library/react";
import i18next from "i18next";

import { actOf } from "./act.ts";
import { entry } from "./fakeLog.ts";
import { KINDS } from "./kinds.ts";
import { useActWords } from "./useActWords.ts";

const DETAIL = {
  reason: "session-expired",
  kind: "results",
  model_name: "nih-demonstration",
  model_version: "2.0.0",
  route: "/studies/{study_instance_uid}",
  method: "GET",
  scope: "study.read",
  version: "0.1.0",
  revision: 2,
  attempt: 3,
  count: 12_481,
  duration_ms: 12_500,
};

function words(event: Record<string, unknown>) {
  return renderHook(() => useActWords()).result.current.wordsOf(actOf(entry(1, event)));
}

afterEach(() => i18next.changeLanguage("en"));

it.each(["en", "pl"])(
  "says every kind of act in a sentence of its own in %s, with nothing left open",
  async (language) => {
    await i18next.changeLanguage(language);
    const told = KINDS.map((type) => words({ type, destination: "pacs", detail: DETAIL }));
    for (const { what, says } of told) {
      expect(says).toMatch(/^\S.{8,}[.]$/);
      expect(says + what).not.toMatch(/{{|}}|undefined|log\./);
    }
    expect(new Set(told.map(({ what }) => what)).size).toBe(KINDS.length);
    expect(new Set(told.map(({ says }) => says)).size).toBe(KINDS.length);
  },
);

it("says who, what and of which study", () => {
  expect(words({}).says).toBe("anna (physician) looked at study s-3f1e…d19: the findings of an image.");
});

it.each([
  [
    { type: "transfer-ended", outcome: "minor failure", destination: "pacs", detail: { kind: "report", attempt: 2 } },
    "The report of study s-3f1e…d19 did not arrive at pacs, try 2.",
  ],
  [
    { type: "user-signed-out", detail: { reason: "expired" } },
    "The session of anna (physician) ended by itself: unused, or too old.",
  ],
  [
    { type: "audit-read", detail: { kind: "verification", count: 12_481 } },
    "anna (physician) had the log verified. Entries: 12,481.",
  ],
  [
    { type: "audit-read", detail: { kind: "pseudonym", count: 1 } },
    "anna (physician) asked for the pseudonym of a patient.",
  ],
  [
    { type: "audit-read", patient: "", study: "", detail: { kind: "pseudonym", count: 0 } },
    "anna (physician) asked for the pseudonym of a patient whom the log does not know.",
  ],
  [
    { type: "audit-read", detail: { kind: "study-names" } },
    "anna (physician) asked how the log names study s-3f1e…d19.",
  ],
  [
    { type: "audit-read", patient: "", study: "", detail: { kind: "consistency", count: 41 } },
    "anna (physician) took a proof about the log along. Entries under it: 41.",
  ],
  [
    { type: "audit-exported", detail: { kind: "csv-named", after_index: -1 } },
    "anna (physician) took entries of the log along, with the names that pseudonyms stand for.",
  ],
  [
    { type: "audit-exported", detail: { kind: "ndjson", after_index: -1 } },
    "anna (physician) took entries of the log along, without names.",
  ],
  [{ type: "patient-erased" }, "anna (physician) erased what was held of patient p-7c1e…d09."],
  [
    { type: "clock-stepped", agent: { kind: "system", id: "diafan" }, detail: { duration_ms: -12_500 } },
    "The machine’s clock stepped by -12.5 s; the order of the log does not follow it.",
  ],
  [
    { type: "audit-read", patient: "", study: "", detail: { count: 3 } },
    "anna (physician) read the log. Entries read: 3.",
  ],
  [
    { type: "access-denied", detail: { reason: "cross-site", method: "POST", route: "/studies" } },
    "anna (physician) asked for POST /studies and was refused: it came from a page that is not Diafan’s. Nothing was shown.",
  ],
  [
    { type: "token-issued", detail: { kind: "sign-in-link", scope: "audit.read" } },
    "anna (physician) had a link made that signs a person in once, good for: audit.read.",
  ],
  [
    { type: "instance-declined", agent: { kind: "system", id: "PACS1" }, detail: { reason: "view" } },
    "An image of study s-3f1e…d19, from PACS1, was declined: No frontal view.",
  ],
])("tells %j apart", (event, says) => expect(words(event).says).toBe(says));

it("shows a kind that is newer than this page as it is", () => {
  expect(words({ type: "study-printed" })).toMatchObject({
    what: "study-printed",
    says: "anna (physician): study-printed.",
  });
});

it.each([[null], ["text"], [7], [[]], [{ agent: "anna", detail: [1] }]])(
  "reads an entry of an unknown shape: %j",
  (event) => {
    const act = actOf({ index: 1, leaf_hash: "", event: event as Record<string, unknown> });
    expect(act).toMatchObject({ index: 1, type: "", patient: "" });
  },
);
