import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import i18next from "i18next";

import type { Schemas } from "../api/client.ts";
import { heard } from "../api/reach.ts";
import { drawAt } from "../testing/draw.tsx";
import { FakeApi, json, problem, study } from "../testing/fakeApi.ts";
import { FakeEvents } from "../testing/fakeEvents.ts";
import { NOTHING } from "./details.ts";
import { FakeUpload } from "./fakeUploads.ts";
import { keepDetails } from "./keptDetails.ts";
import { forget } from "./results.ts";
import { batch } from "./theBatch.ts";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DICOM = new Uint8Array(200);
DICOM.set([0x44, 0x49, 0x43, 0x4d], 128);

let api: FakeApi;
let images: Record<string, Partial<Schemas["ImageDetail"]>>;

function install(): void {
  api = new FakeApi().install();
  images = {};
  const rest = globalThis.fetch;
  vi.stubGlobal("fetch", (input: Request) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, window.location.origin);
    if (pathname === "/upload-limits") return Promise.resolve(json({ largest_bytes: 100_000_000, most_files: 200 }));
    const [, id] = /^\/images\/(.+)$/.exec(pathname) ?? [];
    if (id === undefined) return rest(input);
    api.addresses.push(pathname);
    return Promise.resolve(json({ id, state: "received", reason_code: "", reason: "", ...images[id] }));
  });
}

const result = (part: Partial<Schemas["UploadedFile"]>) => ({
  results: [{ position: 0, image_id: null, status_url: "", wrapped: false, code: "", reason: "", ...part }],
});

async function drop(...files: File[]): Promise<void> {
  const input = await screen.findByTestId("files");
  fireEvent.change(input, { target: { files } });
  await screen.findAllByText(files[0]?.name ?? "");
}

const row = (name: string) => within(screen.getByText(name).closest<HTMLElement>("[role=row]") ?? document.body);

// The page is loaded when it is opened: on a busy machine that is longer than a test should wait for it.
beforeAll(() => import("./SendPage.tsx"), 120_000);
beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", FakeUpload);
  install();
});
afterEach(() => {
  act(() => batch.clear());
  forget();
  heard();
  keepDetails(NOTHING);
  FakeUpload.all.length = 0;
});

it("shows how far each file is, and follows it to what the model says", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"), new File([DICOM], "two.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
  act(() => FakeUpload.at(0).progress(100, 200));
  expect(await row("one.dcm").findByRole("progressbar", { name: "one.dcm: 50% sent" })).toBeVisible();

  images["i-1"] = { study_instance_uid: "2.25.1" };
  api.studies = [study(1, { status: "received" })];
  act(() => FakeUpload.at(0).answer(202, result({ outcome: "accepted", image_id: "i-1" })));
  await row("one.dcm").findByText("Received");
  await waitFor(() => expect(api.addresses).toContain("/images/i-1"));

  images["i-1"] = { study_instance_uid: "2.25.1", state: "analysed" };
  api.studies = [
    study(1, { status: "reported", findings: [{ label: "Edema", call: "present", probability: 0.7, threshold: 0.3 }] }),
  ];
  act(() => FakeEvents.last.tell("studies", ["2.25.1"]));
  await row("one.dcm").findByText(/Edema: present, calibrated probability 0.70/);
  row("one.dcm").getByText("Reported");
});

it("looks at an image again only when its study says that something has come of it: each look is recorded", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"), new File([DICOM], "two.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
  images["i-1"] = { study_instance_uid: "2.25.1" };
  api.studies = [study(1, { status: "received" })];
  act(() => FakeUpload.at(0).answer(202, result({ outcome: "accepted", image_id: "i-1" })));
  const looks = () => api.addresses.filter((address) => address === "/images/i-1").length;
  await waitFor(() => expect(looks()).toBe(1));
  const asked = api.asked.length;
  act(() => FakeEvents.last.tell("studies", ["2.25.1"]));
  await waitFor(() => expect(api.asked.length).toBeGreaterThan(asked));
  expect(looks()).toBe(1);
});

it("opens the study of one image alone when its result is there, and not before", async () => {
  const { router } = drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  images["i-1"] = { study_instance_uid: "2.25.1", state: "analysed" };
  api.studies = [study(1, { status: "analysing" })];
  act(() => FakeUpload.at(0).answer(202, result({ outcome: "accepted", image_id: "i-1" })));
  await screen.findByText("Its study opens here as soon as its result is there.");
  await row("one.dcm").findByText("Analysing");
  expect(router.state.location.pathname).toBe("/send");
  api.studies = [study(1, { status: "reported" })];
  act(() => FakeEvents.last.tell("studies", ["2.25.1"]));
  await waitFor(() => expect(router.state.location.pathname).toBe("/studies/2.25.1"));
});

it("stays when its reader wants to stay", async () => {
  const { router } = drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  images["i-1"] = { study_instance_uid: "2.25.1", state: "analysed" };
  api.studies = [study(1, { status: "analysing" })];
  act(() => FakeUpload.at(0).answer(202, result({ outcome: "accepted", image_id: "i-1" })));
  await userEvent.click(await screen.findByRole("button", { name: "Stay here" }));
  api.studies = [study(1, { status: "reported" })];
  act(() => FakeEvents.last.tell("studies", ["2.25.1"]));
  await row("one.dcm").findByText("Reported");
  expect(router.state.location.pathname).toBe("/send");
});

it("asks whose a picture is, reads it back, and sends no name of a file", async () => {
  drawAt("/send");
  await drop(new File([PNG], "Kowalski_Jan.png"));
  await row("Kowalski_Jan.png").findByText("Whose is it?");
  await userEvent.click(screen.getByRole("button", { name: "Send the picture" }));
  screen.getByText("It cannot be sent without.");
  expect(screen.getByLabelText("Patient ID")).toHaveFocus();
  await userEvent.type(screen.getByLabelText("Patient ID"), "6504113345");
  await userEvent.type(screen.getByLabelText("Family name"), "Nowak");
  await userEvent.type(screen.getByLabelText("Given name"), "Jan");
  screen.getByText("6504113345 · Nowak, Jan");
  await userEvent.click(screen.getByRole("button", { name: "Send the picture" }));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  const { form } = FakeUpload.at(0);
  expect([form?.get("patient_id"), form?.get("patient_name")]).toEqual(["6504113345", "Nowak^Jan"]);
  expect((form?.get("files") as File).name).toBe("image");
});

it("asks whether it is the same person before the same details are used again", async () => {
  drawAt("/send");
  await drop(new File([PNG], "a.png"));
  await userEvent.type(screen.getByLabelText("Patient ID"), "1");
  await userEvent.click(screen.getByRole("button", { name: "Send the picture" }));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  await drop(new File([PNG], "b.png"));
  await screen.findByText("These are the details of the pictures sent before. Is it the same person?");
});

it.each([
  [413, "Larger than Diafan takes. Export it alone, or compressed without loss."],
  [415, "Diafan did not understand how it was sent. Load this page again."],
  [500, "Something went wrong at Diafan. Send it again; if it fails again, tell your administrator."],
  [507, "Diafan has no room for it now. Tell your administrator, then send it again."],
])("says in words what %i means, and what to do", async (status, words) => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  act(() => FakeUpload.at(0).answer(status, { type: "about:blank", detail: "", instance: "" }));
  await row("one.dcm").findByText(words);
  await userEvent.click(row("one.dcm").getByRole("button", { name: "Send one.dcm again" }));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
});

it("says that Diafan does not answer, keeps the file, and goes on by itself when it does", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  // Any answer would say that Diafan is there: none is under way any more.
  await screen.findByText(/Up to 100 MB a file/);
  api.ready = () => problem(503);
  act(() => FakeUpload.at(0).fail());
  await screen.findByText(/The connection is lost. It goes on by itself where it was/);
  row("one.dcm").getByText("Sent again from the beginning when Diafan answers.");
  api.ready = () => json({ status: "ready" });
  await userEvent.click(within(screen.getByRole("alert")).getByRole("button", { name: "Try now" }));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
});

it("covers the page when nobody is signed in, and goes on when the same person is back", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  const session = api.session;
  api.session = () => problem(401, { reason: "session-expired" });
  act(() => FakeUpload.at(0).answer(401, {}));
  await screen.findByText("Your session has ended");
  api.session = session;
  const tab = new BroadcastChannel("diafan-session");
  tab.postMessage("signed-in");
  tab.close();
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
});

it("forgets what is unsent when somebody else signs in", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  api.session = () =>
    json({
      name: "Other",
      subject: "other",
      roles: ["physician"],
      scopes: [],
      expires_at: "2099-01-01T00:00:00Z",
      idle_until: "2099-01-01T00:00:00Z",
      intended_use: "",
      version: "",
    });
  const tab = new BroadcastChannel("diafan-session");
  tab.postMessage("signed-in");
  tab.close();
  await waitFor(() => expect(batch.now().items).toHaveLength(0));
});

it("warns before the window is closed while something is unsent, and not after", async () => {
  drawAt("/send");
  const leaving = () => {
    const event = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  await drop(new File([DICOM], "one.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  expect(leaving()).toBe(true);
  act(() =>
    FakeUpload.at(0).answer(202, result({ outcome: "declined", image_id: "i-1", code: "view", reason: "lateral" })),
  );
  await row("one.dcm").findByText("No frontal view. Nothing of it was kept.");
  expect(leaving()).toBe(false);
});

it("does everything with the keyboard", async () => {
  drawAt("/send");
  await drop(new File([DICOM], "one.dcm"), new File([DICOM], "two.dcm"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(2));
  await userEvent.keyboard("{ArrowDown}");
  expect(screen.getByRole("grid")).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}{Delete}");
  await row("two.dcm").findByText("Stopped");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(FakeUpload.all).toHaveLength(3));
});

const PAYLOADS = [
  "<img src=x onerror=alert(1)>.dcm",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "{{constructor.constructor('alert(1)')()}}",
  "$t(product)",
  "\u202Egnp.exe",
];

it.each(PAYLOADS)("writes the name %s, and what Diafan says of it, as text", async (payload) => {
  drawAt("/send");
  await drop(new File([DICOM], payload));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  act(() =>
    FakeUpload.at(0).answer(422, result({ outcome: "refused", code: "unreadable", reason: `because ${payload}` })),
  );
  await screen.findByText(`because ${payload}`);
  expect(document.querySelector("main img, main script")).toBeNull();
});

it("stands on no rule of accessibility's toes, empty and full, and speaks Polish", async () => {
  drawAt("/send");
  await screen.findByText("Nothing is being sent");
  const check = async () =>
    (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations;
  expect(await check()).toEqual([]);
  await drop(new File([DICOM], "one.dcm"), new File([PNG], "two.png"), new File([PNG], "three.png"));
  await waitFor(() => expect(FakeUpload.all).toHaveLength(1));
  expect(await check()).toEqual([]);
  await act(() => i18next.changeLanguage("pl"));
  await row("two.png").findByText("Czyj to obraz?");
  await act(() => i18next.changeLanguage("en"));
});
