import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { problem } from "../testing/fakeApi.ts";
import { faultOf, momentOf, typedOf } from "./breach.ts";
import { FakeRights, PATIENT, PATIENT_ID } from "./fakeRights.ts";

let rights: FakeRights;

beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const set = (name: RegExp, value: string) => fireEvent.change(screen.getByLabelText(name), { target: { value } });
async function open() {
  drawAt("/rights/breach");
  await screen.findByRole("heading", { level: 1, name: "Timeline of a breach" });
}

it("takes the timeline of the span along, without names", async () => {
  await open();
  set(/^From/, "2026-11-20T00:00");
  set(/^To/, "2026-11-21T12:30");
  await press("PDF, for the notification");
  expect(await screen.findByText("Taken along: diafan-breach-20261126T112839Z.pdf")).toBeVisible();
  expect(rights.bodies).toEqual([
    {
      since: new Date("2026-11-20T00:00").toISOString(),
      until: new Date("2026-11-21T12:30").toISOString(),
      known_at: null,
      agent: "",
      patients: [],
      named: false,
      language: "en",
      format: "pdf",
    },
  ]);
});

it("takes what was chosen: of a person, on a patient, with names, as a spreadsheet", async () => {
  await open();
  await userEvent.type(screen.getByRole("textbox", { name: /^Person or system/ }), "dr-thief");
  await press("By Patient ID …");
  const dialog = await screen.findByRole("dialog");
  await userEvent.type(within(dialog).getByRole("textbox", { name: "Patient ID" }), PATIENT_ID);
  await userEvent.click(within(dialog).getByRole("button", { name: "Find" }));
  expect(await screen.findByRole("button", { name: /^Remove: p-7c1e/ })).toBeVisible();
  await userEvent.click(screen.getByRole("radio", { name: "With Patient IDs" }));
  await userEvent.click(screen.getByRole("button", { name: "Polish" }));
  await press("CSV, for a spreadsheet");
  await screen.findByText(/^Taken along/);
  expect(rights.bodies.at(-1)).toMatchObject({
    agent: "dr-thief",
    patients: [PATIENT],
    named: true,
    language: "pl",
    format: "csv",
  });
  expect(JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])).not.toContain(PATIENT_ID);
  await press(/^Remove: p-7c1e/);
  expect(screen.getByText("all patients")).toBeVisible();
});

it("shows until when the authority is to be told, and how late it is", async () => {
  await open();
  set(/^Known since/, typedOf(Date.now() - 3_600_000));
  expect(await screen.findByText(/^To be notified by .* (70|71) h are left\.$/)).toBeVisible();
  set(/^Known since/, typedOf(Date.now() - 73.5 * 3_600_000));
  expect(await screen.findByText(/That was 1 h ago/)).toBeVisible();
  await press("PDF, for the notification");
  await screen.findByText(/^Taken along/);
  expect(rights.bodies.at(-1)).toHaveProperty("known_at", expect.stringMatching(/Z$/));
});

it("asks for nothing before there is a span, and says what is wrong with it", async () => {
  await open();
  set(/^From/, "2026-11-22T00:00");
  set(/^To/, "2026-11-21T00:00");
  await press("PDF, for the notification");
  expect(screen.getAllByText("The end has to be after the beginning.")[0]).toBeVisible();
  expect(screen.getByLabelText(/^From/)).toHaveFocus();
  set(/^To/, "");
  await press("CSV, for a spreadsheet");
  expect(screen.getAllByText("Both times are needed.")[0]).toBeVisible();
  expect(rights.bodies).toEqual([]);
});

it("says that a span has too many acts", async () => {
  rights.breach = () => problem(422, { type: "urn:diafan:problem:too-many-acts" });
  await open();
  await press("PDF, for the notification");
  expect(await screen.findByText(/^The span has more acts than fit/)).toBeVisible();
  expect(rights.saved).toEqual([]);
});

it("is clean for who listens", async () => {
  await open();
  set(/^Known since/, "2026-11-20T00:00");
  expect((await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

it("reads and writes moments of this computer's time zone", () => {
  expect(momentOf("")).toBeNull();
  expect(momentOf("2026-11")).not.toBeNull();
  const moment = Date.UTC(2026, 10, 26, 9, 30);
  expect(momentOf(typedOf(moment))).toBe(moment);
  expect(faultOf("2026-11-20T00:00", "2026-11-20T00:00")).toBe("spanWrong");
  expect(faultOf("2026-11-20T00:00", "2026-11-20T00:01")).toBeNull();
});
