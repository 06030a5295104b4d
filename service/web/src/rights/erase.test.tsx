import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { json } from "../testing/fakeApi.ts";
import { FakeRights, HELD, PATIENT_ID } from "./fakeRights.ts";

let rights: FakeRights;

beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
async function toHeld() {
  drawAt("/rights/erase");
  await userEvent.type(await screen.findByRole("textbox", { name: "Patient ID" }), PATIENT_ID);
  await press("Look up");
  await screen.findByRole("button", { name: "Go on" });
}
const commands = () => screen.getAllByText(/^diafan gdpr erase/).map(({ textContent }) => textContent);

it("says what is held, who was told, and whom a person has to tell", async () => {
  await toHeld();
  expect(screen.getByText("2 studies, 3 images, 9 results, 2 reports, 1 signed review")).toBeVisible();
  expect(screen.getByText("No duty to keep it runs any more.")).toBeVisible();
  const table = screen.getByRole("table");
  expect(within(table).getByRole("row", { name: /^main-pacs 2 0$/ })).toBeVisible();
  expect(within(table).getByRole("row", { name: /^old-pacs no longer configured.* 1 1$/ })).toBeVisible();
  expect((await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

it("ends with what whoever operates the database types, and has no button that erases", async () => {
  await toHeld();
  await press("Go on");
  expect(screen.getByRole("heading", { name: /Who operates the database erases/ })).toHaveFocus();
  expect(commands()).toEqual(["diafan gdpr erase", "diafan gdpr erase --yes", "diafan gdpr erase --yes"]);
  expect(screen.queryByRole("button", { name: /erase/i })).toBeNull();
  expect(commands().join()).not.toContain(PATIENT_ID);
  expect(rights.bodies).toEqual([{ patient_id: PATIENT_ID, issuer: null }]);
  expect((await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

it("asks for one command less where nobody has to hear of it first", async () => {
  rights.held = () => json({ ...HELD, told: [], unwithdrawn: 0 });
  await toHeld();
  expect(screen.getByText("No result of this patient has left Diafan.")).toBeVisible();
  await press("Go on");
  expect(commands()).toEqual(["diafan gdpr erase", "diafan gdpr erase --yes"]);
});

it("says until when it has to be kept and why, and shows no command then", async () => {
  rights.held = () => json({ ...HELD, kept_until: "2046-12-31", on_their_way: 1 });
  await toHeld();
  expect(screen.getByText("It has to be kept until 31 December 2046.")).toBeVisible();
  expect(screen.getByText(/kept for 20 years.*Art. 17\(3\)\(b\) and \(c\)/)).toBeVisible();
  expect(screen.getByText(/^1 delivery is on its way/)).toBeVisible();
  await press("Go on");
  expect(screen.getByText(/before 31 December 2046 is over.*Art. 12\(4\)/)).toBeVisible();
  expect(screen.queryByText(/^diafan gdpr erase/)).toBeNull();
});

it("says that nothing is held", async () => {
  rights.held = () =>
    json({ ...HELD, studies: 0, images: 0, results: 0, reports: 0, verdicts: 0, told: [], unwithdrawn: 0 });
  await toHeld();
  expect(screen.getByText("Nothing is held of this patient but their name in the log.")).toBeVisible();
  expect(screen.queryByText("No duty to keep it runs any more.")).toBeNull();
});

it("says nothing of one patient while it is asked for the next one", async () => {
  rights.held = () => json({ ...HELD, kept_until: "2046-12-31" });
  await toHeld();
  expect(screen.getByRole("heading", { name: /It is refused for now/ })).toBeVisible();
  await press("Change");
  expect(screen.queryByRole("heading", { name: /It is refused for now/ })).toBeNull();
});
