import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { problem } from "../testing/fakeApi.ts";
import { drawAt } from "../testing/draw.tsx";
import { entry, FakeLog, PATIENT } from "./fakeLog.ts";

let log: FakeLog;
let saved: { name: string; content: Blob }[];

// The page is loaded when it is opened: on a busy machine that is longer than a test should wait for it.
beforeAll(() => import("./LogPage.tsx"), 120_000);
beforeEach(() => {
  log = new FakeLog().install();
  log.entries = [entry(1)];
  saved = [];
  const contents: Blob[] = [];
  URL.createObjectURL = (content) => `blob:${contents.push(content as Blob) - 1}`;
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    const content = contents[Number(this.href.slice("blob:".length))];
    if (content) saved.push({ name: this.download, content });
  });
});
afterEach(() => vi.restoreAllMocks());

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
async function openAt(address: string) {
  drawAt(address);
  await userEvent.click(await screen.findByRole("button", { name: "Take along" }));
}

it("takes the whole log along for verification, without names", async () => {
  await openAt("/log");
  expect(screen.getByRole("radio", { name: "those that are filtered now" })).toBeDisabled();
  await press("For verification (NDJSON)");
  await screen.findByText("Taken along: diafan-audit-20261126T112839Z.ndjson");
  expect(log.exports.map(String)).toEqual(["format=ndjson&named=false"]);
  expect(saved.map(({ name }) => name)).toEqual(["diafan-audit-20261126T112839Z.ndjson"]);
  expect(await saved[0]?.content.text()).toBe("{}\n");
});

it("takes along what is filtered, with names only where they are asked for", async () => {
  await openAt(`/log?what=exports&patient=${PATIENT}&purpose=TREAT&before=41`);
  const named = screen.getByRole("checkbox", { name: "with names" });
  expect(named).toHaveAccessibleDescription(/^Opens the pseudonyms: .* is an entry of yours\.$/);
  await userEvent.click(named);
  await press("For a spreadsheet (CSV)");
  await screen.findByText("Taken along: diafan-audit-20261126T112839Z.csv");
  const query = log.exports[0];
  expect(Object.fromEntries(query ?? [])).toEqual({
    type: "access-answered",
    patient: PATIENT,
    purpose: "TREAT",
    format: "csv",
    named: "true",
  });
  expect(query?.getAll("type")).toEqual(["audit-exported", "verdicts-exported", "access-answered"]);
  await userEvent.click(screen.getByRole("radio", { name: "the whole log" }));
  await press("For a spreadsheet (CSV)");
  await waitFor(() => expect(log.exports).toHaveLength(2));
  expect(String(log.exports[1])).toBe("format=csv&named=true");
});

it("takes a checkpoint and the public key along", async () => {
  await openAt("/log");
  await press("Checkpoint");
  await screen.findByText(/^Taken along: diafan-checkpoint-\d{8}T\d{6}Z\.txt$/);
  await press("Public key");
  await screen.findByText("Taken along: diafan-audit-key.pem");
  expect(await saved[1]?.content.text()).toContain("BEGIN PUBLIC KEY");
});

it.each([
  [503, "It could not be taken along. Nothing was saved."],
  [404, "The log is empty: there is nothing to take along."],
])("saves nothing when it was answered with %s", async (status, words) => {
  await openAt("/log");
  log.refuse = (pathname) => (pathname === "/audit/checkpoint" ? problem(status) : undefined);
  await press("Checkpoint");
  await screen.findByText(words);
  expect(saved).toEqual([]);
});

it("is worked by keys alone, goes back to its button, and is clean for who listens", async () => {
  drawAt("/log");
  const button = await screen.findByRole("button", { name: "Take along" });
  act(() => button.focus());
  await userEvent.keyboard("{Enter}");
  await screen.findByRole("dialog", { name: "Take entries along" });
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations).toEqual([]);
  await userEvent.tab();
  expect(screen.getByRole("radio", { name: "the whole log" })).toHaveFocus();
  await userEvent.tab();
  await userEvent.keyboard(" ");
  expect(screen.getByRole("checkbox", { name: "with names" })).toBeChecked();
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(log.exports.map(String)).toEqual(["format=ndjson&named=true"]));
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(button).toHaveFocus();
});

it("keeps the keys while a file is on its way, and takes no second one", async () => {
  await openAt("/log");
  let arrive: ((answer: Response) => void) | undefined;
  const late = new Promise<Response>((done) => {
    arrive = done;
  });
  log.refuse = (pathname) => (pathname === "/audit/checkpoint" ? late : undefined);
  const offer = screen.getByRole("button", { name: "Checkpoint" });
  await userEvent.click(offer);
  expect(await screen.findByRole("button", { name: "Stop" })).toBeVisible();
  expect(offer).toHaveFocus();
  expect(offer).toHaveAttribute("aria-disabled", "true");
  await userEvent.click(screen.getByRole("button", { name: "For verification (NDJSON)" }));
  expect(log.exports).toEqual([]);
  arrive?.(new Response("diafan.example/audit\n12481\n"));
  await screen.findByText(/^Taken along: /);
  expect(offer).not.toHaveAttribute("aria-disabled", "true");
});
