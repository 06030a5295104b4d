import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import i18next from "i18next";

import { drawAt } from "../testing/draw.tsx";
import { json, problem } from "../testing/fakeApi.ts";
import { EFFECT, FakeRights, HELD, Late, OTHER, OTHER_ID, PATIENT, PATIENT_ID } from "./fakeRights.ts";

let rights: FakeRights;
const NAME = "Nowak^Anna";

beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const tick = (name: string) => userEvent.click(screen.getByRole("checkbox", { name }));
const field = (name: RegExp) => screen.getByRole("textbox", { name });
const clean = async () =>
  (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations;
async function lookUp() {
  drawAt("/rights/rectify");
  await userEvent.type(await screen.findByRole("textbox", { name: "Patient ID" }), PATIENT_ID);
  await press("Look up");
  await screen.findByRole("radiogroup", { name: "Which studies" });
}
async function toRight() {
  await lookUp();
  await press("Go on");
  await tick("Name");
  await userEvent.type(field(/^Name that is right/), NAME);
}
async function toPreview() {
  await toRight();
  await press("Go on");
  await screen.findByRole("heading", { level: 2, name: "Step 4: What that does" });
}

it("corrects what is chosen, after saying what that does and once it was compared", async () => {
  await lookUp();
  expect(await clean()).toEqual([]);
  expect(screen.getByRole("radio", { name: "30 January 2026, Chest PA" })).toHaveAccessibleDescription("1 image");
  expect(screen.getByRole("radio", { name: "without a date, without a description" })).not.toBeChecked();
  await press("Go on");
  await tick("Name");
  await tick("Sex");
  await userEvent.click(screen.getByRole("radio", { name: "F: female" }));
  await userEvent.type(field(/^Name that is right Family name, the sign \^/), NAME);
  expect(screen.getByText(/^Findings are not corrected here: a physician amends/)).toBeVisible();
  expect(await clean()).toEqual([]);
  await press("Go on");
  expect(await screen.findByText("Images that come in again corrected, as a new revision: 3")).toBeVisible();
  expect(screen.getByText(`Name: ${NAME} · Sex: F`)).toBeVisible();
  const told = screen.getByRole("region", { name: "Who hears of it (GDPR Art. 19)" });
  expect(within(told).getByText("main-pacs")).toBeVisible();
  expect(screen.queryByText("What is left as it is, and why")).toBeNull();
  expect(await clean()).toEqual([]);
  await press("Correct");
  expect(rights.bodies).toHaveLength(3);
  await tick("I compared what I typed with the patient’s document.");
  await press("Correct");
  expect(await screen.findByText(/^Corrected images: 3\. Results, reports and deliveries follow/)).toBeVisible();
  const asked = { patient: PATIENT, studies: null, values: { name: NAME, sex: "F" } };
  expect(rights.bodies.slice(1)).toEqual([{ patient: PATIENT }, asked, asked]);
  expect(location.href).not.toContain("Nowak");
  expect(JSON.stringify([localStorage, sessionStorage])).not.toMatch(/Nowak|PESEL/);
  await press("Correct");
  expect(rights.bodies).toHaveLength(4);
});

it("takes an accession number for one study only", async () => {
  await lookUp();
  await press("Go on");
  expect(screen.getByRole("checkbox", { name: "Accession number" })).toBeDisabled();
  expect(screen.getByText("It is that of one study: choose one in step 2.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Change", description: /Which studies/ }));
  await userEvent.click(screen.getByRole("radio", { name: "30 January 2026, Chest PA" }));
  await press("Go on");
  await tick("Accession number");
  await userEvent.type(field(/^Accession number that is right/), "A-1");
  await press("Go on");
  await screen.findByText(/^Images that come in again/);
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, studies: ["1.2.3.1"], values: { accession: "A-1" } });
  // It is not carried over to another study.
  await userEvent.click(screen.getByRole("button", { name: "Change", description: /Which studies/ }));
  await userEvent.click(screen.getByRole("radio", { name: "All studies of the patient" }));
  await press("Go on");
  expect(screen.getByRole("checkbox", { name: "Accession number" })).not.toBeChecked();
});

it("says at each field what does not fit, and goes to the first", async () => {
  rights.preview = () =>
    problem(422, { type: "urn:diafan:problem:unfit", detail: "...", unfit: ["birth_date", "issuer"] });
  await lookUp();
  await press("Go on");
  await press("Go on");
  expect(screen.getByText("Choose what is wrong.")).toBeVisible();
  await tick("Birth date");
  await tick("Issuer of the Patient ID");
  const birth = screen.getByLabelText(/^Birth date that is right/);
  fireEvent.change(birth, { target: { value: "2050-01-31" } });
  await press("Go on");
  expect(await screen.findByText("This does not fit. A day that has been. Images hold it as YYYYMMDD.")).toBeVisible();
  expect(birth).toHaveFocus();
  expect(birth).toBeInvalid();
  expect(field(/^Issuer that is right/)).toBeInvalid();
  expect(await clean()).toEqual([]);
  fireEvent.change(birth, { target: { value: "1950-01-31" } });
  expect(birth).toBeValid();
  expect(field(/^Issuer that is right/)).toBeInvalid();
});

it("says what is left as it is and what a person has to know", async () => {
  const left = { right: 1, others: 2, not_held: 3, undecodable: 4, withdrawn: 5 };
  rights.preview = () => json({ ...EFFECT, ...left, joins: true, signed: 1, places: [], homeless: ["old-pacs"] });
  rights.rectify = () => json({ ...EFFECT, images: 2, declined: 1 });
  await toPreview();
  const kept = screen.getByRole("region", { name: "What is left as it is, and why" });
  expect(within(kept).getAllByRole("listitem")).toHaveLength(5);
  expect(screen.getByText(/^The new identifier is that of a patient who is known here/)).toBeVisible();
  expect(screen.getByText(/^Studies that a physician has signed: 1\./)).toBeVisible();
  expect(screen.getByText("no longer configured: a person has to tell it by other ways")).toBeVisible();
  expect(await clean()).toEqual([]);
  await tick("I compared what I typed with the patient’s document.");
  await press("Correct");
  expect(await screen.findByText(/Turned away by the rules of today, and not corrected: 1\.$/)).toBeVisible();
});

it("offers nothing where nothing would be corrected", async () => {
  rights.preview = () => json({ ...EFFECT, studies: 0, images: 0, results: 0, reports: 0, right: 3 });
  await toPreview();
  expect(screen.getByText("Nothing would be corrected.")).toBeVisible();
  expect(screen.getByText("Images that say so already: 3")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Correct" })).toBeNull();
});

it("says in the service's words why it was refused, and does not say that nothing was changed where some was", async () => {
  rights.rectify = () => problem(409, { detail: "nobody is behind this pseudonym any more" });
  await toPreview();
  await tick("I compared what I typed with the patient’s document.");
  await press("Correct");
  expect(await screen.findByText("nobody is behind this pseudonym any more")).toHaveAttribute("lang", "en");
  rights.rectify = () => problem(507, { detail: "the disk is full" });
  await press("Correct");
  expect(await screen.findByText(/^It did not come to its end, or its answer was lost/)).toBeVisible();
  expect(screen.queryByText(/Nothing was changed/)).toBeNull();
});

const change = (step: RegExp) => userEvent.click(screen.getByRole("button", { name: "Change", description: step }));
/** Asks for a preview that comes only when it is told to. */
async function askLate() {
  await toRight();
  const late = new Late();
  rights.preview = late.answer;
  await press("Go on");
  await late.asked();
  rights.preview = () => json({ ...EFFECT, images: 7 });
  return async () => {
    await late.comes(json(EFFECT));
    expect(screen.queryByText(/^Images that come in again corrected/)).toBeNull();
  };
}
const correct = async () => {
  await tick("I compared what I typed with the patient’s document.");
  await press("Correct");
};

it("takes no answer for values that were changed since they were asked for, and asks anew", async () => {
  const arrive = await askLate();
  await userEvent.type(field(/^Name that is right/), "^Maria");
  expect(screen.queryByText("What it would do is being found out.")).toBeNull();
  await arrive();
  expect(field(/^Name that is right/)).toHaveValue(`${NAME}^Maria`);
  await press("Go on");
  expect(await screen.findByText("Images that come in again corrected, as a new revision: 7")).toBeVisible();
  await correct();
  await screen.findByText(/^Corrected images/);
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, studies: null, values: { name: `${NAME}^Maria` } });
});

it("takes no answer for other studies than are chosen now", async () => {
  const arrive = await askLate();
  await change(/Which studies/);
  await userEvent.click(screen.getByRole("radio", { name: "30 January 2026, Chest PA" }));
  await arrive();
  await press("Go on");
  await press("Go on");
  expect(await screen.findByText("Images that come in again corrected, as a new revision: 7")).toBeVisible();
  await correct();
  await screen.findByText(/^Corrected images/);
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, studies: ["1.2.3.1"], values: { name: NAME } });
});

it("takes no answer of one patient for the next one, whose values are asked for anew", async () => {
  const arrive = await askLate();
  rights.held = () => json({ ...HELD, patient: OTHER });
  await change(/Whom it concerns/);
  await arrive();
  await userEvent.type(screen.getByRole("textbox", { name: "Patient ID" }), OTHER_ID);
  await press("Look up");
  await screen.findByRole("radiogroup", { name: "Which studies" });
  await press("Go on");
  for (const wrong of screen.getAllByRole("checkbox")) expect(wrong).not.toBeChecked();
});

it.each([
  [422, "unfit"],
  [404, "not-found"],
])("says that nothing was changed where the correction was answered with %s", async (status, kind) => {
  rights.rectify = () => problem(status, { type: `urn:diafan:problem:${kind}`, detail: "why it was refused" });
  await toPreview();
  await correct();
  const why = await screen.findByText("why it was refused");
  expect(why).toHaveAttribute("lang", "en");
  expect(screen.getByText(/^It could not be done\. Nothing was changed\./)).toBeVisible();
  expect(screen.queryByText(/^It did not come to its end/)).toBeNull();
  await act(() => i18next.changeLanguage("pl"));
  expect(await screen.findByText(/^Nie udało się\. Niczego nie zmieniono\./)).toBeVisible();
  await act(() => i18next.changeLanguage("en"));
});
