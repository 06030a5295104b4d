import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";

import { problem, SOMEBODY, json } from "../../testing/fakeApi.ts";
import { FakeStudy, QUESTION } from "../fakeStudy.tsx";
import { drafts } from "./useDraft.ts";

let study: FakeStudy;
beforeEach(() => {
  study = new FakeStudy();
});
afterEach(() => drafts.forget("2.25.2"));

const see = async (label: string, own: string) =>
  userEvent.click(
    within(await screen.findByRole("radiogroup", { name: `${label}: what you see` })).getByRole("radio", { name: own }),
  );
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));
const saved = () => study.sent.filter(({ method }) => method === "PUT").at(-1)?.body;

it("keeps what is chosen and written, and says when", async () => {
  await study.draw();
  await see("Lung Opacity", "Present");
  await see("Pleural Effusion", "Absent");
  await userEvent.type(screen.getByLabelText("Note, in your words (optional)"), "A skin fold.");
  expect(await screen.findByText(/^draft, kept \d\d:35$/)).toBeVisible();
  await waitFor(() =>
    expect(saved()).toMatchObject({
      report_revision: 1,
      verdicts: [
        { label: "Lung Opacity", verdict: "agree", answer: null },
        { label: "Pleural Effusion", verdict: "disagree", answer: "absent" },
      ],
      text: "A skin fold.",
    }),
  );
  expect(screen.getByText("unlike the model")).toBeVisible();
});

it("finds what was written before", async () => {
  study.review.draft = {
    report_revision: 1,
    verdicts: [{ label: "Lung Opacity", verdict: "unsure", answer: null }],
    regions: [],
    text: "as before",
    version: 3,
    saved_at: "2026-01-31T10:00:00Z",
  };
  await study.draw();
  expect(await screen.findByDisplayValue("as before")).toBeVisible();
  expect(screen.getByRole("radio", { name: "Unsure", checked: true })).toBeVisible();
});

it("says that it is not kept without a connection, and keeps it when there is one", async () => {
  study.refuse = (method) => (method === "PUT" ? new TypeError("no network") : undefined);
  await study.draw();
  await see("Lung Opacity", "Present");
  expect(await screen.findByText("not kept: no connection. It is kept in this tab")).toHaveAttribute("role", "alert");
  study.refuse = () => undefined;
  drafts.retry();
  expect(await screen.findByText(/^draft, kept/)).toBeVisible();
});

it("adds a finding that the model missed, and takes it out again", async () => {
  await study.draw();
  await press("+ Finding");
  expect(screen.queryByRole("menuitem", { name: "Lung Opacity" })).toBeNull();
  await userEvent.click(screen.getByRole("menuitem", { name: "Fracture" }));
  expect(await screen.findByText("the model does not say")).toBeVisible();
  await waitFor(() =>
    expect(saved()).toMatchObject({ verdicts: [{ label: "Fracture", verdict: "disagree", answer: "present" }] }),
  );
  await press("Take Fracture out of the verdict");
  await waitFor(() => expect(saved()).toMatchObject({ verdicts: [] }));
});

it("marks a place in numbers", async () => {
  await study.draw();
  await screen.findByRole("application");
  await press("Mark the place on the radiograph: Pleural Effusion");
  await press("In numbers");
  await userEvent.clear(screen.getByRole("textbox", { name: /^Left %/ }));
  await userEvent.type(screen.getByRole("textbox", { name: /^Left %/ }), "10");
  await press("Add");
  expect(await screen.findByRole("button", { name: "Take away place 1 of Pleural Effusion" })).toBeVisible();
  await waitFor(() =>
    expect(saved()).toMatchObject({
      regions: [
        {
          label: "Pleural Effusion",
          image_id: "i1",
          points: [
            [0.1, 0.4],
            [0.6, 0.4],
            [0.6, 0.6],
            [0.1, 0.6],
          ],
        },
      ],
    }),
  );
});

it("signs nothing that lacks an answer, and says what does", async () => {
  await study.draw();
  await see("Lung Opacity", "Present");
  await press("Sign");
  expect(await screen.findByText("Before you can sign, say what you see: Pleural Effusion.")).toBeVisible();
  expect(screen.queryByRole("dialog")).toBeNull();
});

async function decide(): Promise<void> {
  await see("Lung Opacity", "Present");
  await see("Pleural Effusion", "Unsure");
  await press("Sign");
}

it("signs after a word on whose decision it is, and shows what was signed", async () => {
  await study.draw();
  await decide();
  const dialog = await screen.findByRole("dialog", { name: "Sign the verdict" });
  expect(dialog).toHaveTextContent("This is your decision, Dr Anna Kurek, and not the model’s.");
  expect(dialog).toHaveTextContent("Diafan supports a physician and never replaces one.");
  await userEvent.click(within(dialog).getByRole("button", { name: "Sign" }));
  expect(await screen.findByText(/^Signed by you, 31 Jan 2026/)).toBeVisible();
  expect(study.sent.at(-1)).toEqual({
    method: "POST",
    path: "/review/sign",
    body: { report_revision: 1, version: 1, amends: null },
  });
  expect(await screen.findByRole("button", { name: "Amend" })).toBeVisible();
});

it("amends what was signed, and names what it takes the place of", async () => {
  study.review.draft = null;
  study.sign({
    verdicts: [
      { label: "Lung Opacity", verdict: "agree", answer: null },
      { label: "Pleural Effusion", verdict: "unsure", answer: null },
    ],
  });
  await study.draw();
  await press("Amend");
  await see("Pleural Effusion", "Absent");
  await press("Sign the amendment");
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Sign" }));
  await waitFor(() => expect(study.sent.at(-1)?.body).toMatchObject({ amends: "r0" }));
});

it("tells who else has signed meanwhile, and keeps the draft", async () => {
  await study.draw();
  await decide();
  study.refuse = (method, path) => {
    if (path !== "/review/sign" || method !== "POST") return undefined;
    study.refuse = () => undefined;
    const { draft } = study.review;
    study.sign({ is_yours: false, name: "Dr Jan Lis" });
    study.review.draft = draft;
    return problem(409, { type: "urn:diafan:problem:already-signed" });
  };
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Sign" }));
  expect(await screen.findByText(/This was signed already/)).toBeVisible();
  await press("Cancel");
  expect(await screen.findByText(/^Signed by Dr Jan Lis/)).toBeVisible();
  expect(screen.getByText(/A colleague has signed meanwhile/)).toBeVisible();
  expect(screen.getByRole("radio", { name: "Unsure", checked: true })).toBeVisible();
});

it("asks to look again when another image came, and asks anew for agreement with what changed", async () => {
  await study.draw();
  await see("Lung Opacity", "Present");
  await screen.findByText(/^draft, kept/);
  study.review = { ...study.review, report_revision: 2, obstacle: "report-changed" };
  study.detail = {
    ...study.detail,
    report: { revision: 2, status: "preliminary", created_at: "2026-01-31T15:00:00Z" },
    findings: study.detail.findings.map((one) =>
      one.label === "Lung Opacity" ? { ...one, call: "indeterminate" } : one,
    ),
  };
  study.change();
  expect(await screen.findByText(/The report has changed since you began/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Sign" })).toBeDisabled();
  await press("I have looked again");
  await waitFor(() => expect(saved()).toMatchObject({ report_revision: 2, verdicts: [] }));
  expect(screen.getByRole("button", { name: "Sign" })).toBeEnabled();
});

it("lets the study wait for a second opinion, and withdraws the question", async () => {
  await study.draw();
  await press("Ask for a second opinion");
  await userEvent.type(await screen.findByLabelText("Your question"), "Effusion or skin fold?");
  await press("Ask");
  expect(await screen.findByText(/You asked for a second opinion/)).toBeVisible();
  expect(screen.getByText("Effusion or skin fold?")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Sign" })).toBeNull();
  await press("Withdraw the question");
  expect(await screen.findByRole("button", { name: "Sign" })).toBeVisible();
});

it("lets a colleague answer the question", async () => {
  study.review.second_opinions = [{ ...QUESTION, is_yours: false, name: "Dr Jan Lis", question: "Skin fold?" }];
  study.review.signs_as = "second-opinion";
  await study.draw();
  expect(await screen.findByRole("heading", { name: "Your second opinion" })).toBeVisible();
  expect(screen.getByText(/Dr Jan Lis asks for a second opinion/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Sign the opinion" })).toBeVisible();
});

it("leaves the verdict to physicians", async () => {
  study.api.session = () => json(SOMEBODY);
  await study.draw();
  expect(await screen.findByText("A physician gives the verdict.")).toBeVisible();
  expect(screen.queryByRole("radiogroup")).toBeNull();
});
