import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { json, problem } from "../testing/fakeApi.ts";
import { COVERS, FakeRights, OTHER_ID, PATIENT, PATIENT_ID } from "./fakeRights.ts";

let rights: FakeRights;

beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const clean = async () =>
  (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations;
async function lookUp() {
  drawAt("/rights/restrict");
  await userEvent.type(await screen.findByRole("textbox", { name: "Patient ID" }), PATIENT_ID);
  await press("Look up");
  await screen.findByRole("button", { name: "Go on" });
}
const restricted = () => {
  const since = new Date(Date.now() - 48 * 3_600_000).toISOString();
  rights.foreseen = () => json({ standing: { ground: "legal-claims", since }, covers: COVERS });
};
const told = (day: string) => fireEvent.change(screen.getByLabelText("Told on"), { target: { value: day } });
const today = () => new Date().toISOString().slice(0, 10);

it("restricts on the ground that is chosen, after saying what stops", async () => {
  await lookUp();
  expect(await clean()).toEqual([]);
  await press("Go on");
  expect(screen.getByRole("radiogroup")).toBeVisible();
  await userEvent.click(screen.getByRole("radio", { name: "The patient needs the data for a legal claim" }));
  await press("Go on");
  expect(screen.getByText(/^2 studies, 3 images, 9 results, 2 reports stay as they are/)).toBeVisible();
  expect(screen.getByText("Deliveries that are held: 4")).toBeVisible();
  expect(screen.queryByText(/^Reports that are not made/)).toBeNull();
  expect(await clean()).toEqual([]);
  await press("Restrict");
  expect(await screen.findByText("Restricted. Tell the patient that it is done.")).toBeVisible();
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, ground: "legal-claims" });
  await press("Restrict");
  expect(rights.bodies).toHaveLength(3);
});

it("lifts a restriction once the patient was told", async () => {
  restricted();
  await lookUp();
  expect(screen.getByText(/^Restricted since .*: The patient needs the data for a legal claim\.$/)).toBeVisible();
  expect(await clean()).toEqual([]);
  await press("Go on");
  expect(screen.getByText("The day is needed.")).toBeVisible();
  told("2020-01-01");
  await press("Go on");
  expect(screen.getByText("Not before the restriction began, and not after today.")).toBeVisible();
  expect(screen.getByLabelText("Told on")).toHaveFocus();
  told(today());
  await press("Go on");
  await press("Lift the restriction");
  expect(
    await screen.findByText("Lifted. To be analysed: 1; deliveries that go on: 4; reports owed: 0."),
  ).toBeVisible();
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, informed_on: today() });
});

it("says in the service's words why it was refused", async () => {
  rights.restrict = () => problem(409, { detail: "this patient's data are restricted already" });
  await lookUp();
  await userEvent.click(screen.getByRole("radio", { name: "The patient objected (Art. 21)" }));
  await press("Go on");
  await press("Restrict");
  expect(await screen.findByText("this patient's data are restricted already")).toHaveAttribute("lang", "en");
});

it("asks for the next patient's ground anew", async () => {
  await lookUp();
  await userEvent.click(screen.getByRole("radio", { name: "The patient objected (Art. 21)" }));
  await press("Go on");
  await userEvent.click(screen.getByRole("button", { name: "Change", description: /Whom it concerns/ }));
  await userEvent.type(await screen.findByRole("textbox", { name: "Patient ID" }), OTHER_ID);
  await press("Look up");
  await screen.findByRole("radiogroup");
  for (const ground of screen.getAllByRole("radio")) expect(ground).not.toBeChecked();
  expect(screen.getByRole("button", { name: "Go on" })).toHaveAttribute("aria-disabled", "true");
});
