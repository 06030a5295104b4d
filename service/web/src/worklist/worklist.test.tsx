import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";

import { drawAt } from "../testing/draw.tsx";
import { FakeApi, json, problem, study } from "../testing/fakeApi.ts";
import { FakeEvents } from "../testing/fakeEvents.ts";
import type { Study } from "./read.ts";

let api: FakeApi;
beforeEach(() => {
  api = new FakeApi().install();
  api.studies = Array.from({ length: 250 }, (_, number) => study(number));
});

const grid = () => screen.findByRole("grid", { name: "Studies" });
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-study]")];
const names = () => rows().map((row) => within(row).getAllByRole("gridcell")[2]?.firstChild?.textContent);
const drawn = () => waitFor(() => expect(rows()).not.toEqual([]));
const tell = (changed: readonly string[] | null) => act(() => FakeEvents.last.tell("studies", changed));
const scrollTo = (top: number) =>
  act(() => {
    const list = screen.getByRole("grid");
    list.scrollTop = top;
    list.dispatchEvent(new Event("scroll", { bubbles: true }));
  });

describe("what is shown", () => {
  it("says whose study it is, where it stands, and what was found", async () => {
    api.studies = [
      study(1, {
        patient_name: "Wiśniewska-Kołodziejczyk^Małgorzata",
        patient_id: "48021277314",
        birth_date: "1948-02-12",
        priority: 0,
        review: "waiting",
        findings: [{ label: "Pneumothorax", call: "present", probability: 0.71, threshold: 0.41 }],
      }),
    ];
    drawAt("/worklist");
    await drawn();
    const row = screen.getByRole("row", { name: /Kołodziejczyk/ });
    within(row).getByText("Wiśniewska-Kołodziejczyk, Małgorzata");
    within(row).getByText("F · 77 y · 48021277314");
    within(row).getByText("2nd opinion asked");
    within(row).getByText("Pneumothorax: present, calibrated probability 0.71, threshold 0.41");
    expect(within(row).getByRole("img", { name: /Priority 1/ })).toHaveTextContent("1");
    screen.getByText("Diafan supports a physician and never replaces one.", { exact: false });
    screen.getByText("Research use, not for diagnosis");
  });

  it.each([
    [{ status: "parked", reason_code: "conflicting-pixels", reason: "english" }, /a person decides/],
    [{ status: "declined", reason_code: "new-reason", reason: "a reason that is new" }, /a reason that is new/],
    [{ status: "analysing" }, /Being analysed/],
    [{ status: "received" }, /Waits for analysis/],
    [{ status: "delivered" }, /No label called/],
  ] as const)("says of %j why there is no finding", async (part, words) => {
    api.studies = [study(1, part)];
    drawAt("/worklist");
    await screen.findByText(words);
  });

  const RESTRICTED: Partial<Study> = {
    status: "restricted",
    reason_code: "restricted",
    patient_name: "",
    patient_id: "",
    birth_date: null,
    sex: "",
    accession_number: "",
    study_date: null,
    description: "",
    source: "",
    images: 0,
  };

  it("says of a restricted study that there is one, and opens it by no click and no key", async () => {
    api.studies = [study(1, RESTRICTED), study(2)];
    const { router } = drawAt("/worklist");
    await drawn();
    const row = rows()[0]!;
    within(row).getByText("Restricted");
    within(row).getByText("Not shown");
    within(row).getByText(/GDPR Art\. 18/);
    expect(row).toHaveAttribute("aria-disabled", "true");
    expect(row.textContent).not.toMatch(/Name not given|No description|PACS|image/);
    await userEvent.click(row);
    await userEvent.keyboard("{Enter}");
    expect(router.state.location.pathname).toBe("/worklist");
    await userEvent.click(rows()[1]!);
    await waitFor(() => expect(router.state.location.pathname).toBe("/studies/2.25.2"));
  });

  it("takes the data of a study away that is restricted while somebody looks", async () => {
    api.studies = [study(1), study(2)];
    drawAt("/worklist");
    await screen.findByText("Patient1, Given");
    api.studies[0] = study(1, RESTRICTED);
    tell(["2.25.1"]);
    await screen.findByText("Not shown");
    expect(screen.queryByText("Patient1, Given")).toBeNull();
    expect(screen.getByText("Patient2, Given")).toBeVisible();
  });

  it("says that a study was another patient's before, and shows no such words where it was not", async () => {
    api.studies = [
      study(1, { patient_id: "B-2", patient_id_before: "<b>A-1", patient_changed_at: "2026-11-26T08:15:00Z" }),
      study(2),
    ];
    drawAt("/worklist");
    await drawn();
    const words = screen.getByText(/Patient ID was <b>A-1/);
    expect(words.closest("[data-study]")).toHaveTextContent("B-2");
    expect(words).toHaveAttribute("title", expect.stringMatching(/26 Nov 2026.*Look whose it is/));
    expect(screen.getAllByText(/Patient ID was/)).toHaveLength(1);
  });

  it("counts the findings that have no room, and says them to who listens", async () => {
    const finding = (label: "Edema" | "Pneumonia" | "Fracture") =>
      ({ label, call: "present", probability: 0.5, threshold: 0.4 }) as const;
    api.studies = [study(1, { findings: [finding("Edema"), finding("Pneumonia"), finding("Fracture")] })];
    drawAt("/worklist");
    await screen.findByText("+1");
    screen.getByText(/and 1 more finding: Fracture: present/);
  });

  it("draws the rows in sight only, of any number, and says how many there are", async () => {
    api.studies = Array.from({ length: 100_000 }, (_, number) => study(number));
    drawAt("/worklist");
    await drawn();
    expect(rows().length).toBeLessThan(60);
    expect(await grid()).toHaveAttribute("aria-rowcount", "100001");
    screen.getByText("100,000 studies");
    scrollTo(54 * 70_000);
    await waitFor(() => expect(names()).toContain("Patient70000, Given"));
    expect(api.asked.map(({ offset }) => offset)).toContain(70_000);
  });
});

describe("a name is text, whatever is in it", () => {
  const PAYLOADS = [
    "<script>window.hit=1</script>",
    '<img src=x onerror="window.hit=1">',
    '"><svg onload=window.hit=1>',
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
    "<a href='javascript:window.hit=1'>x</a>",
    "<style>*{display:none}</style>",
    "$t(product)",
    "\u202Egnirts",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
  ];
  it.each(PAYLOADS)("%s", async (payload) => {
    const everywhere: Partial<Study> = {
      patient_name: payload,
      patient_id: payload,
      accession_number: payload,
      description: payload,
      sex: payload,
      source: `dicom:${payload}`,
      reason: payload,
      status: "parked",
    };
    api.studies = [study(1, everywhere)];
    drawAt("/worklist");
    await drawn();
    const row = rows()[0]!;
    expect(row.querySelector("script, img, iframe, a, form, style, math, [onload], [onerror]")).toBeNull();
    expect(row.textContent).toContain(payload.split("=")[0]);
    expect(row.textContent).not.toContain("Diafan");
    expect(window).not.toHaveProperty("hit");
    expect(document.title).toBe("Worklist · Diafan");
  });
});

describe("states", () => {
  it("has the shape of the list while it is read", async () => {
    api.refuse = () => new Promise<Response>(() => undefined);
    drawAt("/worklist");
    expect(await grid()).toHaveAttribute("aria-busy", "true");
    expect(screen.getAllByRole("row").length).toBeGreaterThan(10);
    expect(rows()).toEqual([]);
  });

  it("says what to wait for where there is nothing yet", async () => {
    api.studies = [];
    drawAt("/worklist");
    await screen.findByText("No study has arrived yet");
  });

  it("offers all studies where none matches", async () => {
    const user = userEvent.setup();
    const { router } = drawAt("/worklist?status=parked");
    await screen.findByText("No study matches");
    await user.click(screen.getByRole("button", { name: "Show all studies" }));
    await drawn();
    expect(router.state.location.search).toBe("");
  });

  it("says that a role is missing, and with which number the log knows it", async () => {
    api.refuse = () => problem(403, { instance: "urn:uuid:5b0f5c4e" });
    drawAt("/worklist");
    await screen.findByText("Your role does not open this page.");
    screen.getByText("Request 5b0f5c4e");
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });

  it("tries again when asked to", async () => {
    const user = userEvent.setup();
    api.refuse = () => problem(500);
    drawAt("/worklist");
    await screen.findByText("The worklist could not be read.");
    api.refuse = () => undefined;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await drawn();
  });
});

describe("what is wanted", () => {
  it("is in the address, but for what is searched for", async () => {
    const user = userEvent.setup();
    const { router } = drawAt("/worklist");
    await drawn();
    await user.click(screen.getByRole("combobox", { name: "Finding" }));
    await user.click(screen.getByRole("option", { name: "Edema" }));
    await user.type(screen.getByPlaceholderText(/Name, patient ID/), "Kowalska");
    await waitFor(() => expect(api.asked.at(-1)).toMatchObject({ text: "Kowalska", finding: "Edema" }));
    expect(router.state.location.search).toBe("?finding=Edema");
    expect(api.addresses.join()).not.toContain("Kowalska");
    expect(JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.title).not.toContain("Kowalska");
  });

  it("is read from the address", async () => {
    drawAt("/worklist?status=parked,declined&sort=patient&order=ascending");
    await waitFor(() =>
      expect(api.asked[0]).toMatchObject({ status: ["parked", "declined"], sort: "patient", descending: false }),
    );
  });

  it("is sorted by a heading, the other way round by the same once more", async () => {
    const user = userEvent.setup();
    drawAt("/worklist");
    await drawn();
    const heading = screen.getByRole("columnheader", { name: /Priority/ });
    expect(screen.getByRole("columnheader", { name: /Received/ })).toHaveAttribute("aria-sort", "descending");
    await user.click(within(heading).getByRole("button"));
    await waitFor(() => expect(api.asked.at(-1)).toMatchObject({ sort: "priority", descending: true }));
    await user.click(within(heading).getByRole("button"));
    await waitFor(() => expect(api.asked.at(-1)).toMatchObject({ sort: "priority", descending: false }));
    expect(heading).toHaveAttribute("aria-sort", "ascending");
  });
});

describe("by keyboard", () => {
  it("moves through the list, and opens a study", async () => {
    const user = userEvent.setup();
    const { router } = drawAt("/worklist");
    await drawn();
    await user.keyboard("{ArrowDown}");
    expect(await grid()).toHaveFocus();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    const chosen = document.getElementById((await grid()).getAttribute("aria-activedescendant") ?? "");
    expect(chosen).toHaveAttribute("aria-selected", "true");
    expect(chosen).toHaveAttribute("data-study", "2.25.1");
    await user.keyboard("{Enter}");
    expect(router.state.location.pathname).toBe("/studies/2.25.1");
  });

  it("goes to the search and back", async () => {
    const user = userEvent.setup();
    drawAt("/worklist");
    await drawn();
    await user.keyboard("/");
    expect(screen.getByPlaceholderText(/Name, patient ID/)).toHaveFocus();
    await user.keyboard("Patient?{Backspace}{Escape}");
    expect(await grid()).toHaveFocus();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("goes from the search to the first that it found", async () => {
    const user = userEvent.setup();
    const { router } = drawAt("/worklist");
    await drawn();
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}/Patient77{Enter}");
    await waitFor(() => expect(names()).toEqual(["Patient77, Given"]));
    await user.keyboard("{Enter}");
    expect(router.state.location.pathname).toBe("/studies/2.25.77");
  });

  it("opens no row that is about to be another one", async () => {
    const { router } = drawAt("/worklist");
    await drawn();
    api.refuse = () => new Promise<Response>(() => undefined);
    await userEvent.click(screen.getByRole("button", { name: "Patient" }));
    await userEvent.click(rows()[1]!);
    expect(router.state.location.pathname).toBe("/worklist");
  });

  it("shows which keys there are, and switches single ones off", async () => {
    const user = userEvent.setup();
    drawAt("/worklist");
    await drawn();
    await user.keyboard("?");
    const help = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    within(help).getByText("Open the study");
    await user.click(within(help).getByRole("checkbox"));
    await user.click(within(help).getByRole("button", { name: "Close" }));
    await user.keyboard("?/");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByPlaceholderText(/Name, patient ID/)).not.toHaveFocus();
  });
});

describe("live", () => {
  it("changes a row in place", async () => {
    drawAt("/worklist");
    await drawn();
    act(() => FakeEvents.last.open());
    screen.getByText("live");
    const before = names();
    api.studies[3] = study(3, { status: "parked", reason_code: "unreadable-pixels", reason: "x" });
    tell(["2.25.3"]);
    await screen.findByText("Its pixels cannot be read");
    expect(names()).toEqual(before);
    expect(api.asked.find(({ studies }) => studies.length)?.studies).toEqual(["2.25.3"]);
  });

  it("shows a new study at once while nobody has a hand on the list", async () => {
    drawAt("/worklist");
    await drawn();
    api.studies = [study(900), ...api.studies];
    tell(["2.25.900"]);
    await waitFor(() => expect(names()[0]).toBe("Patient900, Given"));
    screen.getByText("251 studies");
  });

  const hands: [string, () => Promise<void> | void][] = [
    ["scrolls", () => scrollTo(540)],
    ["has chosen a row", () => userEvent.keyboard("{ArrowDown}")],
    ["points at it", () => userEvent.hover(rows()[2]!)],
  ];
  it.each(hands)("counts new studies and moves no row while somebody %s", async (_, take) => {
    const user = userEvent.setup();
    drawAt("/worklist");
    await drawn();
    await take();
    const before = names();
    api.studies = [study(901), study(900), ...api.studies];
    tell(["2.25.900", "2.25.901"]);
    const pill = await screen.findByRole("button", { name: "2 new studies" });
    expect(names()).toEqual(before);
    await user.click(pill);
    await waitFor(() => expect(names().slice(0, 2)).toEqual(["Patient901, Given", "Patient900, Given"]));
    expect(screen.queryByRole("button", { name: /new studies/ })).toBeNull();
  });

  it("keeps the row of a study that no longer belongs here, and says so", async () => {
    drawAt("/worklist?status=delivered");
    await drawn();
    await userEvent.keyboard("{ArrowDown}");
    const before = names();
    api.studies[2] = study(2, { status: "withdrawn" });
    tell(["2.25.2"]);
    await screen.findByText("Changed: no longer in this list");
    expect(names()).toEqual(before);
  });

  it("reads everything again when it cannot know what changed", async () => {
    drawAt("/worklist");
    await drawn();
    api.studies[1] = study(1, { description: "Corrected" });
    tell(null);
    await screen.findByText("Corrected");
  });

  it("makes up for a change that could not be read", async () => {
    drawAt("/worklist");
    await drawn();
    api.studies[1] = study(1, { description: "Corrected" });
    api.refuse = () => problem(500);
    tell(["2.25.1"]);
    await waitFor(() => expect(api.asked.some(({ studies }) => studies.length)).toBe(true));
    api.refuse = () => undefined;
    tell(["2.25.77"]);
    await screen.findByText("Corrected");
  });

  it("says when it is not live", async () => {
    drawAt("/worklist");
    await drawn();
    act(() => FakeEvents.last.open());
    screen.getByText("live");
    act(() => FakeEvents.last.fail());
    screen.getByText("not live");
  });

  it("comes back to where it was", async () => {
    const { router } = drawAt("/worklist");
    await drawn();
    await userEvent.type(screen.getByPlaceholderText(/Name, patient ID/), "Patient1");
    await waitFor(() => expect(api.asked.at(-1)).toMatchObject({ text: "Patient1" }));
    await act(() => router.navigate("/elsewhere"));
    await act(() => router.navigate("/worklist"));
    expect(await screen.findByPlaceholderText(/Name, patient ID/)).toHaveValue("Patient1");
    await waitFor(() => expect(names()[0]).toBe("Patient1, Given"));
  });
});

it("shows a list that is sorted anew only when it is there", async () => {
  drawAt("/worklist");
  await drawn();
  let answer: (response: Response) => void = () => undefined;
  api.refuse = ({ sort }) => (sort === "patient" ? new Promise<Response>((resolve) => (answer = resolve)) : undefined);
  await userEvent.click(screen.getByRole("button", { name: "Patient" }));
  expect(await grid()).toHaveAttribute("aria-busy", "true");
  expect(names()[0]).toBe("Patient0, Given");
  act(() => answer(json({ total: 1, offset: 0, studies: [study(7)] })));
  await waitFor(() => expect(names()).toEqual(["Patient7, Given"]));
});
