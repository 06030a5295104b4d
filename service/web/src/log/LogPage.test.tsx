import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import i18next from "i18next";

import { problem } from "../testing/fakeApi.ts";
import { drawAt } from "../testing/draw.tsx";
import { entry, FakeLog, PATIENT, STUDY } from "./fakeLog.ts";
import { forgetPeople } from "./people.ts";

const OTHER_STUDY = "s-0a1b2c3d4e5f60718293a4b5c6d7e8f9";
let log: FakeLog;

// The page is loaded when it is opened: on a busy machine that is longer than a test should wait for it.
beforeAll(() => import("./LogPage.tsx"), 120_000);
beforeEach(() => {
  log = new FakeLog().install();
  log.entries = Array.from({ length: 450 }, (_, index) => entry(index));
});
afterEach(forgetPeople);

const rows = () => [...document.querySelectorAll<HTMLElement>("[data-entry]")].map((row) => Number(row.dataset.entry));

it("shows the newest first, and reads on as one scrolls, each part once", async () => {
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  expect(log.asked).toHaveLength(1);
  const grid = screen.getByRole("grid");
  for (const pages of [2, 3]) {
    act(() => {
      grid.scrollTop = 1e6;
      fireEvent.scroll(grid);
    });
    await waitFor(() => expect(log.asked).toHaveLength(pages));
  }
  expect(log.asked.map((query) => query.get("before"))).toEqual([null, "250", "50"]);
});

it("says an entry in words, with every field and its leaf hash", async () => {
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  await userEvent.click(document.querySelector("[data-entry='448']") ?? document.body);
  const panel = within(screen.getByRole("complementary"));
  expect(screen.getByRole("complementary")).toHaveTextContent(
    "anna (physician) looked at study s-3f1e…d19: the findings of an image.",
  );
  panel.getByText(entry(448).leaf_hash);
  panel.getByText("detail.kind");
  panel.getAllByText(PATIENT);
  panel.getByText("treatment (TREAT)");
  panel.getByText("GDPR Art. 6(1)(c), legal obligation; GDPR Art. 9(2)(h), health care");
});

it("looks for new entries only on request, and not for the reader's own looks", async () => {
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  log.entries.push(entry(450, { type: "audit-read", agent: { kind: "person", id: "marta" } }));
  await userEvent.click(screen.getByRole("button", { name: "Look for new entries" }));
  await waitFor(() => expect(log.asked).toHaveLength(2));
  expect(log.asked[1]?.get("after")).toBe("449");
  expect(screen.queryByRole("button", { name: /new entr(y|ies)$/, hidden: false })).toHaveAccessibleName(
    "Look for new entries",
  );
  log.entries.push(entry(451), entry(452));
  await userEvent.click(screen.getByRole("button", { name: "Look for new entries" }));
  await userEvent.click(await screen.findByRole("button", { name: "2 new entries" }));
  await waitFor(() => expect(rows().slice(0, 3)).toEqual([452, 451, 450]));
});

it("looks again and again while it is live", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  fireEvent.click(screen.getByRole("switch", { name: "Live" }));
  log.entries.push(entry(450));
  await act(() => vi.advanceTimersByTimeAsync(15_500));
  await screen.findByRole("button", { name: "1 new entry" });
  vi.useRealTimers();
});

it.each([
  ["Refused access", ["access-denied", "token-refused", "sign-in-refused", "association-refused"]],
  ["Sign-ins", ["user-signed-in", "user-signed-out", "sessions-ended", "sign-in-refused", "token-issued"]],
  ["Exports", ["audit-exported", "verdicts-exported", "access-answered"]],
  [
    "Corrections",
    [
      "image-retried",
      "report-retried",
      "delivery-retried",
      "instance-revised",
      "patient-changed",
      "verdict-amended",
      "second-opinion-withdrawn",
      "study-withdrawn",
      "patient-rectified",
      "study-erased",
      "patient-erased",
    ],
  ],
  ["Deliveries", ["transfer-begun", "transfer-ended", "delivery-parked", "delivery-retried"]],
  ["Model changes", ["model-changed", "model-in-use"]],
])("has the view %s", async (name, types) => {
  drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name }));
  await waitFor(() => expect(log.asked.at(-1)?.getAll("type")).toEqual(types));
  expect(screen.getByRole("button", { name })).toHaveAttribute("aria-pressed", "true");
});

it("finds all access to one patient by Patient ID, which goes into no address", async () => {
  const { router } = drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "One patient …" }));
  await userEvent.type(screen.getByLabelText("Patient ID"), "6504113345");
  await userEvent.click(screen.getByRole("button", { name: "Find" }));
  await screen.findByText("History of patient p-7c1e…d09");
  expect(log.bodies).toEqual([{ issuer: "", patient_id: "6504113345" }]);
  expect(log.asked.at(-1)?.get("patient")).toBe(PATIENT);
  expect(log.addresses.join() + router.state.location.search).not.toContain("6504113345");
  expect(Object.values(localStorage).join() + Object.values(sessionStorage).join()).not.toContain("6504113345");
});

it("says plainly that the log knows nobody of an identifier", async () => {
  log.pseudonym = null;
  const { router } = drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "One patient …" }));
  await userEvent.type(screen.getByLabelText("Patient ID"), "650");
  await userEvent.click(screen.getByRole("button", { name: "Find" }));
  await screen.findByText("The log knows nobody of that identifier.");
  expect(screen.getByLabelText("Patient ID")).toHaveValue("650");
  expect(router.state.location.search).toBe("");
});

it("finds a study by its UID, which goes into no address: the log’s names for it do", async () => {
  log.entries.push(entry(450, { study: OTHER_STUDY }));
  log.studyNames = [STUDY, OTHER_STUDY];
  const { router } = drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(450));
  await userEvent.type(screen.getByLabelText("Pseudonym or study UID"), "2.25.1039143862124123992{Enter}");
  await waitFor(() => expect(router.state.location.search).toBe(`?study=${STUDY}&study=${OTHER_STUDY}`));
  expect(log.bodies).toEqual([{ study_instance_uid: "2.25.1039143862124123992" }]);
  await waitFor(() => expect(log.asked.at(-1)?.getAll("study")).toEqual([STUDY, OTHER_STUDY]));
  expect(log.addresses.join() + router.state.location.search).not.toContain("2.25.");
  expect(screen.getByLabelText("Pseudonym or study UID")).toHaveValue("");
  await userEvent.click(screen.getByRole("button", { name: "Remove: Study s-3f1e…d19" }));
  await waitFor(() => expect(router.state.location.search).toBe(""));
});

it("keeps a study’s UID that could not be asked about", async () => {
  log.refuse = (pathname) => (pathname === "/audit/study-names" ? problem(503) : undefined);
  drawAt("/log");
  await userEvent.type(await screen.findByLabelText("Pseudonym or study UID"), "2.25.77{Enter}");
  await screen.findByText("It could not be asked. What you typed is still here.");
  expect(screen.getByLabelText("Pseudonym or study UID")).toHaveValue("2.25.77");
});

it("shows what was done for one purpose", async () => {
  const { router } = drawAt("/log");
  await userEvent.click(await screen.findByRole("combobox", { name: "Purpose" }));
  await userEvent.click(screen.getByRole("option", { name: "research (HRESCH)" }));
  await waitFor(() => expect(log.asked.at(-1)?.get("purpose")).toBe("HRESCH"));
  expect(router.state.location.search).toBe("?purpose=HRESCH");
});

it("keeps what was typed when it could not be asked", async () => {
  log.refuse = (pathname) => (pathname === "/audit/pseudonym" ? problem(503) : undefined);
  drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "One patient …" }));
  await userEvent.type(screen.getByLabelText("Patient ID"), "650");
  await userEvent.click(screen.getByRole("button", { name: "Find" }));
  await screen.findByText("It could not be asked. What you typed is still here.");
  expect(screen.getByLabelText("Patient ID")).toHaveValue("650");
});

it("sends no Patient ID that was typed into the wrong field", async () => {
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  await userEvent.type(screen.getByLabelText("Pseudonym or study UID"), "6504113345{Enter}");
  await screen.findByText(/Neither a pseudonym/);
  expect(log.addresses.join()).not.toContain("6504113345");
});

it("shows all acts of one person, whose sign stands in no address of the page", async () => {
  const { router } = drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "One person …" }));
  await userEvent.type(screen.getByLabelText("Sign of the person or system"), "anna");
  await userEvent.click(screen.getByRole("button", { name: "Show" }));
  await screen.findByText("History of anna");
  expect(log.asked.at(-1)?.get("agent")).toBe("anna");
  expect(router.state.location.search).toBe("?who=1&as=timeline");
  screen.getByText(/^Session s-1/);
  await userEvent.click(screen.getByRole("button", { name: "Table" }));
  await userEvent.click(screen.getByRole("button", { name: "Remove: anna" }));
  await waitFor(() => expect(router.state.location.search).toBe(""));
});

it("says that the log is what was signed, and keeps that while one looks around", async () => {
  drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "Verify now" }));
  await screen.findByText("12,481 entries: none changed, missing or out of order.");
  await userEvent.click(screen.getByRole("button", { name: "Sign-ins" }));
  screen.getByText("12,481 entries: none changed, missing or out of order.");
});

it("says where the log is not what was signed, and leads there", async () => {
  log.verification = {
    size: 450,
    waiting: 0,
    whole: false,
    defects: [
      { kind: "changed", first: 41, last: 41, meaning: "entry 41: not what was signed" },
      { kind: "missing", first: null, last: null, meaning: "the entry with id 7 is gone" },
    ],
  };
  drawAt("/log");
  await userEvent.click(await screen.findByRole("button", { name: "Verify now" }));
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("2 places in the log are not what was signed.");
  screen.getByText("Without a place in the log");
  await userEvent.click(screen.getByRole("button", { name: "Show there" }));
  await waitFor(() => expect(rows()[0]).toBe(41));
  expect(log.asked.at(-1)?.get("before")).toBe("42");
});

it("shows that there is nothing, and that it could not be read", async () => {
  log.entries = [];
  const { unmount } = drawAt("/log?what=signIns");
  await userEvent.click(await screen.findByRole("button", { name: "Show everything" }));
  await screen.findByText("The log is empty");
  unmount();
  log.refuse = () => problem(500, { detail: "something went wrong here" });
  drawAt("/log");
  await screen.findByText("The log could not be read.");
});

it("is moved through by keys alone", async () => {
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  await userEvent.keyboard("{ArrowDown}");
  expect(screen.getByRole("grid")).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}");
  screen.getByText("Entry 448");
  await userEvent.keyboard("{Home}");
  screen.getByText("Entry 449");
  await userEvent.keyboard("{Escape}");
  screen.getByText("What you do not see");
});

const PAYLOADS = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "$t(product)",
  "{{who}}",
  "\u202Egnp",
];

it.each(PAYLOADS)("writes what a stranger calls itself as text: %s", async (id) => {
  log.entries = [
    entry(1, {
      type: id,
      outcome: id,
      agent: { kind: "system", id, address: id },
      destination: id,
      detail: { kind: id },
    }),
  ];
  drawAt("/log");
  await waitFor(() => expect(rows()).toEqual([1]));
  await userEvent.click(document.querySelector("[data-entry='1']") ?? document.body);
  expect(screen.getByRole("complementary")).toHaveTextContent(id);
  expect(document.querySelector("main img, main script")).toBeNull();
});

it("has a clean table, history and dialog for who listens, and speaks Polish", async () => {
  const check = async () =>
    (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations;
  drawAt("/log");
  await waitFor(() => expect(rows()[0]).toBe(449));
  await userEvent.click(document.querySelector("[data-entry='448']") ?? document.body);
  expect(await check()).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "History of this patient" }));
  await screen.findByText("History of patient p-7c1e…d09");
  expect(await check()).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "One patient …" }));
  expect(await check()).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await act(() => i18next.changeLanguage("pl"));
  await screen.findByText("Historia pacjenta p-7c1e…d09");
  await act(() => i18next.changeLanguage("en"));
});
