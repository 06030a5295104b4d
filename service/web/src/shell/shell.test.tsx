import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";

import { CHANNEL, type News, type Told } from "../api/session.ts";
import { heard, unheard } from "../api/reach.ts";
import { drawAt } from "../testing/draw.tsx";
import { FakeApi, json, problem, SOMEBODY, study } from "../testing/fakeApi.ts";
import { FakeEvents } from "../testing/fakeEvents.ts";

let api: FakeApi;
beforeEach(() => {
  api = new FakeApi().install();
  api.studies = [study(1)];
});
afterEach(() => {
  heard();
  vi.useRealTimers();
});

const nobody = (reason: string) => () => problem(401, { reason });
const patient = () => screen.findByText("Patient1, Given");

function anotherTabTells(news: News): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ news, from: "another tab" } satisfies Told);
  channel.close();
}

/** jsdom goes nowhere; a test sees where a page wanted to. */
function watchLeaving(): string[] {
  const left: string[] = [];
  vi.stubGlobal("location", { origin: window.location.origin, assign: (where: string) => left.push(where) });
  return left;
}

describe("the door", () => {
  it("lets nobody in without a session, and comes back to where they wanted to go", async () => {
    api.session = nobody("missing");
    drawAt("/worklist");
    const link = await screen.findByRole("link", { name: "Sign in" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fapp%2Fworklist");
    screen.getByText("Diafan supports a physician and never replaces one.");
    expect(api.asked).toEqual([]);
  });

  it("says when there was a session that ended", async () => {
    api.session = nobody("session-expired");
    drawAt("/worklist");
    await screen.findByText(/Your session has ended/);
  });

  it("waits where Diafan does not answer, and goes on when it does", async () => {
    api.session = () => Promise.reject(new TypeError("no network"));
    drawAt("/worklist");
    await screen.findByText("Diafan does not answer.");
    api.session = () => json(SOMEBODY);
    await userEvent.click(screen.getByRole("button", { name: "Try now" }));
    await patient();
    expect(screen.queryByText("Diafan does not answer.")).toBeNull();
  });
});

describe("roles", () => {
  it("show the pages that they open, and no others", async () => {
    drawAt("/");
    await patient();
    const navigation = screen.getByRole("navigation", { name: "Pages" });
    expect(within(navigation).getByRole("link", { name: "Worklist" })).toHaveAttribute("aria-current", "page");
    expect(within(navigation).queryByRole("link", { name: "Audit log" })).toBeNull();
  });

  it("are asked for where a page wants another one, and nothing is read for it", async () => {
    api.session = () => json({ ...SOMEBODY, roles: ["officer"], scopes: ["audit.read"] });
    drawAt("/worklist");
    await screen.findByText("Your role does not open this page.");
    expect(api.asked).toEqual([]);
  });

  it("leads nowhere from an address that is no page", async () => {
    drawAt("/nonsense");
    await screen.findByRole("heading", { level: 1, name: "There is no such page" });
  });
});

describe("a session that ends", () => {
  it("covers the page and keeps it: what was typed is still there when the same person is back", async () => {
    drawAt("/worklist");
    await patient();
    const search = screen.getByPlaceholderText(/Name, patient ID/);
    await userEvent.type(search, "Patient1");
    api.session = nobody("session-expired");
    act(() => FakeEvents.last.tell("session", "ended"));
    const cover = await screen.findByRole("alertdialog", { name: "Your session has ended" });
    const link = within(cover).getByRole("link", { name: "Sign in again" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fapp%2Fsigned-in");
    expect(link).toHaveAttribute("target", "_blank");
    expect(search.closest("[inert]")).not.toBeNull();

    api.session = () => json(SOMEBODY);
    act(() => anotherTabTells("signed-in"));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(search).toHaveValue("Patient1");
    expect(search.closest("[inert]")).toBeNull();
  });

  it("is noticed by any request that is refused", async () => {
    drawAt("/worklist");
    await patient();
    api.session = nobody("session-expired");
    api.refuse = () => problem(401, { reason: "session-expired" });
    await userEvent.type(screen.getByPlaceholderText(/Name, patient ID/), "x");
    await screen.findByRole("alertdialog");
    // "Nobody" is no news that would have it asked again and again.
    expect(api.addresses.filter((address) => address === "/session").length).toBeLessThan(4);

    api.session = () => json(SOMEBODY);
    api.refuse = () => undefined;
    act(() => anotherTabTells("signed-in"));
    await screen.findByText("No study matches");
  });

  it("gives nothing of the page to somebody else who signs in", async () => {
    const left = watchLeaving();
    drawAt("/worklist");
    await patient();
    api.session = nobody("session-expired");
    act(() => FakeEvents.last.tell("session", "ended"));
    await screen.findByRole("alertdialog");
    api.session = () => json({ ...SOMEBODY, subject: "somebody-else" });
    act(() => anotherTabTells("signed-in"));
    await waitFor(() => expect(left).toEqual(["/app/"]));
    expect(screen.queryByText("Patient1, Given")).toBeNull();
  });

  it("is told of two minutes before, and goes on by work that is done", async () => {
    const soon = new Date(Date.now() + 115_000).toISOString();
    api.session = () => json({ ...SOMEBODY, idle_until: soon });
    drawAt("/worklist");
    await patient();
    screen.getByText(/Your session ends in \d:\d\d/);
    const asked = api.asked.length;
    api.session = () => json(SOMEBODY);
    await userEvent.click(screen.getByRole("button", { name: "Stay signed in" }));
    await waitFor(() => expect(screen.queryByText(/Your session ends in/)).toBeNull());
    expect(api.asked.length).toBeGreaterThan(asked);
  });

  it("cannot go on where it ends for good, and says so", async () => {
    const soon = new Date(Date.now() + 115_000).toISOString();
    api.session = () => json({ ...SOMEBODY, expires_at: soon });
    drawAt("/worklist");
    await patient();
    screen.getByText(/You will be asked to sign in again/);
    expect(screen.queryByRole("button", { name: "Stay signed in" })).toBeNull();
  });
});

describe("signing out", () => {
  it.each([
    ["Sign out", "?everywhere=false"],
    ["Sign out on all devices", "?everywhere=true"],
  ])("%s", async (name, asked) => {
    const left = watchLeaving();
    drawAt("/worklist");
    await patient();
    await userEvent.click(screen.getByRole("button", { name: /Your account: Dr Anna Kurek/ }));
    await userEvent.click(screen.getByRole("menuitem", { name }));
    await waitFor(() => expect(left).toEqual(["/app/"]));
    expect(api.signedOut).toEqual([asked]);
  });

  it("ends the provider's session, too, where there is one", async () => {
    const left = watchLeaving();
    api.endSessionUrl = "https://id.example/logout";
    drawAt("/worklist");
    await patient();
    await userEvent.click(screen.getByRole("button", { name: /Your account/ }));
    await userEvent.click(screen.getByRole("menuitem", { name: "Sign out" }));
    await waitFor(() => expect(left).toEqual(["https://id.example/logout"]));
  });

  it("in another tab leaves nothing of the page in this one", async () => {
    const left = watchLeaving();
    drawAt("/worklist");
    await patient();
    act(() => anotherTabTells("signed-out"));
    await waitFor(() => expect(left).toEqual(["/app/"]));
  });
});

describe("when Diafan does not answer", () => {
  it("keeps the page and what is on it, and asks again by itself", async () => {
    drawAt("/worklist");
    await patient();
    api.ready = () => problem(503);
    act(() => unheard());
    await screen.findByRole("alert");
    await patient();
    api.ready = () => json({ status: "ready" });
    await waitFor(() => expect(screen.queryByText("Diafan does not answer.")).toBeNull());
  });

  it("does not take a full disk for silence", async () => {
    drawAt("/worklist");
    await patient();
    api.ready = () => problem(503, { type: "urn:diafan:problem:no-room" });
    act(() => unheard());
    await screen.findByText("Diafan does not answer.");
    await userEvent.click(screen.getByRole("button", { name: "Try now" }));
    await waitFor(() => expect(screen.queryByText("Diafan does not answer.")).toBeNull());
  });
});

describe("the reader's own", () => {
  it("language is spoken from now on, and the next time", async () => {
    drawAt("/worklist");
    await patient();
    await userEvent.click(screen.getByRole("button", { name: /Polski/ }));
    await screen.findByRole("heading", { name: "Lista robocza" });
    expect(document.documentElement.lang).toBe("pl");
    expect(localStorage.getItem("diafan.language")).toBe("pl");
    await act(() => i18next.changeLanguage("en"));
  });

  it("theme is kept", async () => {
    drawAt("/worklist");
    await patient();
    expect(document.documentElement.dataset.theme).toBe("dark");
    await userEvent.click(screen.getByRole("button", { name: "Light theme" }));
    expect(document.documentElement.dataset.theme).toBe("light");
    await userEvent.click(screen.getByRole("button", { name: "Dark theme" }));
  });
});

it("has a way past the bar for who goes by keyboard", async () => {
  drawAt("/worklist");
  await patient();
  await userEvent.tab();
  expect(screen.getByText("Skip to the content")).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("main")).toHaveFocus();
});

it("writes a site's own intended use as it stands", async () => {
  api.session = () => json({ ...SOMEBODY, intended_use: "study XY-7, do not treat by it" });
  drawAt("/worklist");
  await screen.findByText("Study XY-7, do not treat by it");
});
