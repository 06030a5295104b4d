import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { json, problem } from "../testing/fakeApi.ts";
import { ambiguous, FakeRights, file, HELD, KEY, Late, OTHER, OTHER_ID, PATIENT, PATIENT_ID } from "./fakeRights.ts";

let rights: FakeRights;

// The page is loaded when it is opened: on a busy machine that is longer than a test should wait for it.
beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const step = (name: string) => screen.getByRole("heading", { level: 2, name: new RegExp(name) });
const field = (name: RegExp) => screen.getByRole("textbox", { name });

async function lookUp(id = PATIENT_ID) {
  await userEvent.type(await screen.findByRole("textbox", { name: "Patient ID" }), id);
  await press("Look up");
}

async function toTake() {
  const drawn = drawAt("/rights");
  await lookUp();
  await userEvent.type(await screen.findByRole("textbox", { name: /^Public key/ }), KEY);
  await press("Go on");
  await press("Go on");
  return drawn;
}

it("leads from whom it concerns to the sealed answer, and says what is in it", async () => {
  const { router } = await toTake();
  expect(rights.bodies).toEqual([{ patient_id: PATIENT_ID, issuer: null }]);
  expect(screen.getByText(/2 studies, 3 images, 9 results, 2 reports$/)).toBeVisible();
  expect(step("Take the answer along")).toHaveFocus();
  await press("Put together and download");
  expect(await screen.findByText("Taken along: diafan-answer-20261126T112839Z.zip.age")).toBeVisible();
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, recipients: [KEY], staff: false });
  expect(rights.saved).toEqual(["diafan-answer-20261126T112839Z.zip.age"]);
  expect(screen.getByText("It holds 2 studies, 3 images, 9 results, 2 reports, 41 entries of the log.")).toBeVisible();
  expect(screen.getByText(/age -d -i key.txt -o answer.zip diafan-answer/)).toBeVisible();
  expect(router.state.location.pathname + router.state.location.search).toBe("/rights/access");
  expect(
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), router.state.location]),
  ).not.toContain(PATIENT_ID);
  await press("Another request");
  expect(await screen.findByRole("textbox", { name: "Patient ID" })).toHaveValue("");
});

it("names staff where the officer decides so", async () => {
  drawAt("/rights/access");
  await lookUp();
  await userEvent.type(await screen.findByRole("textbox", { name: /^Public key/ }), `${KEY}\n${KEY}`);
  await press("Go on");
  const named = screen.getByRole("radio", { name: "By name" });
  expect(named).toHaveAccessibleDescription(/^By your decision on this request/);
  expect(screen.getByRole("radio", { name: "By role" })).toBeChecked();
  await userEvent.click(named);
  await press("Go on");
  expect(screen.getByText(/^2 keys, the first age1qqqqqq…qqqqqq$/)).toBeVisible();
  await press("Put together and download");
  await screen.findByText(/^Taken along/);
  expect(rights.bodies.at(-1)).toEqual({ patient: PATIENT, recipients: [KEY, KEY], staff: true });
});

it("says that nobody is known, and leaves the decision to a person", async () => {
  rights.held = () => problem(404, { type: "urn:diafan:problem:unknown-patient" });
  drawAt("/rights/access");
  await lookUp();
  expect(await screen.findByText(/^Nobody with this Patient ID is known here/)).toBeVisible();
  expect(screen.queryByRole("textbox", { name: /^Public key/ })).toBeNull();
  expect(field(/^Patient ID$/)).toHaveValue(PATIENT_ID);
});

it("asks which issuer is meant where several have the Patient ID", async () => {
  rights.held = ({ issuer }) => (issuer === null ? ambiguous(["", "MPI"]) : json({ ...HELD, issuer }));
  drawAt("/rights/access");
  await lookUp();
  const which = await screen.findByRole("radiogroup", { name: "Which issuer is meant" });
  expect(within(which).getAllByRole("radio")).toHaveLength(2);
  expect(screen.getByRole("button", { name: "Look up" })).toHaveAttribute("aria-disabled", "true");
  await userEvent.click(within(which).getByRole("radio", { name: "MPI" }));
  await press("Look up");
  expect(await screen.findByText(`${PATIENT_ID}, issuer MPI`)).toBeVisible();
  expect(rights.bodies.map(({ issuer }) => issuer)).toEqual([null, "MPI"]);
  await userEvent.click(screen.getByRole("button", { name: "Change" }));
});

it("can mean the patient whose Patient ID has no issuer", async () => {
  rights.held = ({ issuer }) => (issuer === null ? ambiguous(["", "MPI"]) : json(HELD));
  drawAt("/rights/access");
  await lookUp();
  await userEvent.click(await screen.findByRole("radio", { name: "without an issuer" }));
  await press("Look up");
  await screen.findByRole("textbox", { name: /^Public key/ });
  expect(rights.bodies.at(-1)).toEqual({ patient_id: PATIENT_ID, issuer: "" });
});

it.each([
  ["", "A public key is needed."],
  ["age1nonsense", /^This is no public key/],
  [`${KEY}\nAGE-SECRET-KEY-1QQ`, /^This is a private key/],
  [Array(9).fill(KEY).join("\n"), "At most 8 keys."],
])("does not go on with %j for a key", async (typed, words) => {
  drawAt("/rights/access");
  await lookUp();
  const keys = await screen.findByRole("textbox", { name: /^Public key/ });
  await userEvent.click(keys);
  if (typed) await userEvent.paste(typed);
  await press("Go on");
  expect(await screen.findByText(words)).toBeVisible();
  expect(keys).toBeInvalid();
  expect(screen.queryByRole("radiogroup")).toBeNull();
});

it("comes back to the key that the service found to be none", async () => {
  await toTake();
  rights.answer = () => problem(422, { type: "urn:diafan:problem:no-recipient" });
  await press("Put together and download");
  const keys = await screen.findByRole("textbox", { name: /^Public key/ });
  expect(keys).toHaveAccessibleDescription(/A character of the key was lost or changed/);
  expect(keys).toHaveFocus();
  expect(rights.saved).toEqual([]);
});

it.each([
  [problem(503, { type: "urn:diafan:problem:other-answers" }), /^Other answers are being put together/],
  [problem(507), /^There is no room on the server’s disk/],
  [problem(404), /^The patient was erased meanwhile/],
  [problem(500), "It could not be put together. Nothing was saved."],
])("saves nothing when it fails", async (answer, words) => {
  await toTake();
  rights.answer = () => answer;
  await press("Put together and download");
  expect(await screen.findByText(words)).toBeVisible();
  expect(rights.saved).toEqual([]);
});

it("keeps the keys while the answer is on its way, takes no second one, and can be stopped", async () => {
  await toTake();
  const waiting: ((answer: Response) => void)[] = [];
  rights.answer = () => new Promise((done) => waiting.push(done));
  const button = screen.getByRole("button", { name: "Put together and download" });
  await userEvent.click(button);
  expect(await screen.findByRole("button", { name: "Stop" })).toBeVisible();
  expect(button).toHaveFocus();
  expect(button).toHaveAttribute("aria-disabled", "true");
  await userEvent.click(button);
  await waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.(file("a.zip.age"));
  await screen.findByText("Taken along: a.zip.age");
  expect(button).not.toHaveAttribute("aria-disabled", "true");
});

it("is worked by keys alone, lets what was said be changed, and is clean for who listens", async () => {
  drawAt("/rights/access");
  const id = await screen.findByRole("textbox", { name: "Patient ID" });
  expect(step("Who opens it")).toHaveAccessibleName(/comes later/);
  const clean = async () =>
    (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations;
  expect(await clean()).toEqual([]);
  await userEvent.click(id);
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByText("A Patient ID is needed.")).toBeVisible();
  expect(id).toHaveFocus();
  await userEvent.keyboard(`${PATIENT_ID}{Enter}`);
  await screen.findByRole("textbox", { name: /^Public key/ });
  expect(step("Who opens it")).toHaveFocus();
  expect(step("Whom it concerns")).toHaveAccessibleName(/done/);
  const how = screen.getByRole("button", { name: "How somebody comes by a key" });
  expect(how).toHaveAttribute("aria-expanded", "false");
  await userEvent.click(how);
  expect(screen.getByText(/age-keygen/)).toBeVisible();
  expect(await clean()).toEqual([]);
  await userEvent.click(field(/^Public key/));
  await userEvent.paste(KEY);
  await press("Go on");
  expect(await clean()).toEqual([]);
  await press("Go on");
  expect(await clean()).toEqual([]);
  const [first] = screen.getAllByRole("button", { name: "Change" });
  await userEvent.click(first!);
  expect(await screen.findByRole("textbox", { name: "Patient ID" })).toBeVisible();
});

const change = (step: RegExp) => userEvent.click(screen.getByRole("button", { name: "Change", description: step }));
const theOther = () => {
  rights.held = ({ patient_id: id }) => json(id === OTHER_ID ? { ...HELD, patient: OTHER } : HELD);
};

it.each([
  ["done", file("first.zip.age"), /^Taken along/],
  ["failed", problem(500), /^It could not be put together/],
])("carries nothing of an answer that was %s over to the next patient's", async (_, answer, words) => {
  theOther();
  rights.answer = () => answer;
  drawAt("/rights/access");
  await lookUp();
  await userEvent.type(await screen.findByRole("textbox", { name: /^Public key/ }), KEY);
  await press("Go on");
  await userEvent.click(screen.getByRole("radio", { name: "By name" }));
  await press("Go on");
  await press("Put together and download");
  await screen.findByText(words);
  await change(/Whom it concerns/);
  expect(step("Whom it concerns")).toHaveFocus();
  await lookUp(OTHER_ID);
  const keys = await screen.findByRole("textbox", { name: /^Public key/ });
  expect(keys).toHaveValue("");
  await userEvent.type(keys, KEY);
  await press("Go on");
  expect(screen.getByRole("radio", { name: "By role" })).toBeChecked();
  await press("Go on");
  expect(screen.queryByText(words)).toBeNull();
  expect(screen.queryByText(/^It holds/)).toBeNull();
  rights.answer = () => file("second.zip.age");
  await press("Put together and download");
  await screen.findByText("Taken along: second.zip.age");
  expect(rights.bodies.at(-1)).toEqual({ patient: OTHER, recipients: [KEY], staff: false });
});

it("does not say what came of an answer before it was changed, or before its key was mended", async () => {
  await toTake();
  await press("Put together and download");
  await screen.findByText(/^Taken along/);
  await change(/How staff stand in it/);
  await press("Go on");
  expect(screen.queryByText(/^Taken along/)).toBeNull();
  rights.answer = () => problem(422, { type: "urn:diafan:problem:no-recipient" });
  await press("Put together and download");
  await screen.findByRole("textbox", { name: /^Public key/ });
  await press("Go on");
  await press("Go on");
  expect(screen.queryByText(/^It could not be put together/)).toBeNull();
});

it.each([
  ["a file", () => file("late.zip.age")],
  ["a refusal", () => problem(422, { type: "urn:diafan:problem:no-recipient" })],
])("saves nothing and stays where it is when %s comes after it was stopped", async (_, answer) => {
  await toTake();
  const late = new Late();
  rights.answer = late.answer;
  await press("Put together and download");
  await late.asked();
  await press("Stop");
  expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  await late.comes(answer());
  expect(rights.saved).toEqual([]);
  expect(step("Take the answer along")).toBeVisible();
  expect(screen.getByRole("button", { name: "Put together and download" })).toBeVisible();
  expect(screen.queryByText(/^Taken along/)).toBeNull();
});
