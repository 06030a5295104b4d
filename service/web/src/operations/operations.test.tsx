import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { json, problem } from "../testing/fakeApi.ts";
import { FakeRoutes, PAYLOADS } from "../testing/fakeRoutes.ts";
import { operations, parked } from "./fakeOperations.ts";
import type { Operations, Parked } from "./read.ts";

const ADMINISTRATOR = {
  name: "Jan",
  subject: "jan",
  roles: ["administrator"] as ["administrator"],
  scopes: ["ops"] as ["ops"],
};

function fake(state: Partial<Operations> = {}, things: Parked[] = []): FakeRoutes {
  return new FakeRoutes(ADMINISTRATOR, {
    "GET /operations": () => json(operations(state)),
    "GET /operations/parked": () => json({ total: things.length, parked: things }),
  }).install();
}

const panel = (name: string) => within(screen.getByRole("region", { name }));

it("shows each stage with its number, and what is behind it", async () => {
  fake();
  drawAt("/operations");
  const flow = within(await screen.findByRole("list", { name: "From receiving to delivering" }));
  await flow.findByText("0.9 s an image (p95 1.4 s)");
  expect(flow.getAllByRole("listitem").map((stage) => stage.textContent)).toEqual([
    expect.stringContaining("Receive190imagesthe last one 8 s ago1 refused"),
    expect.stringContaining("Accept187on disk3 declinedOwn result coming back 14, something-new 1"),
    expect.stringContaining("Analyse2wait"),
    expect.stringContaining("Report1due"),
    expect.stringContaining("Deliver7on their way"),
  ]);
  expect(screen.getByText("nothing waits for you")).toBeVisible();
  expect(screen.getByText("everything runs")).toBeVisible();
});

it("says what is wrong, and what that means", async () => {
  fake({ workers: 0 });
  drawAt("/operations");
  expect(await screen.findByText(/No worker has been heard of/)).toBeVisible();
  expect(screen.queryByText("everything runs")).toBeNull();
});

it("shows what peers say as text", async () => {
  const [pacs] = operations().destinations;
  fake(
    {
      destinations: pacs
        ? PAYLOADS.map((payload) => ({ ...pacs, name: payload, address: payload, last_error: payload }))
        : [],
    },
    PAYLOADS.map((payload, at) => parked(at, { reason: payload, destination: payload })),
  );
  const { container } = drawAt("/operations");
  for (const payload of PAYLOADS) {
    expect(await screen.findByText(`Its own words: ${payload}`)).toBeVisible();
    expect(await screen.findByText(payload, { selector: "li div" })).toBeVisible();
  }
  expect(container.querySelectorAll("script, iframe, [onerror], [onload]")).toHaveLength(0);
  expect(window).not.toHaveProperty("hacked");
});

it("tries one thing again, and keeps it in sight with what became of it", async () => {
  const things = [parked(1), parked(2)];
  const api = fake({}, things);
  api.set(`POST /deliveries/${parked(1).id}/retry`, () => {
    things.shift();
    return json({}, 202);
  });
  drawAt("/operations");
  const [button] = await screen.findAllByRole("button", { name: /^Try again: Delivery/ });
  await userEvent.click(button!);
  expect(await screen.findByText("on its way")).toBeVisible();
  expect(screen.getByText("orthanc has said no 1")).toBeVisible();
  expect(screen.getByText("1 queued again, 0 not, 0 to go")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Clear what is done" }));
  expect(screen.queryByText("orthanc has said no 1")).toBeNull();
});

it("tries all again, and says of each what happened", async () => {
  const report = parked(3, { kind: "report", id: "1.2.3", parcel: "", destination: "", attempts: 0 });
  const final = parked(4, { kind: "image", can_retry: false, code: "conflicting-pixels", parcel: "", attempts: 0 });
  const api = fake({}, [parked(1), parked(2), report, final]);
  api.set(`POST /deliveries/${parked(1).id}/retry`, () => json({}, 202));
  api.set(`POST /deliveries/${parked(2).id}/retry`, () => problem(409, { detail: "this delivery is delivered" }));
  api.set("POST /operations/reports/1.2.3/retry", () => json({ queued: 1 }, 202));
  drawAt("/operations");
  await screen.findByText("orthanc has said no 1");
  await userEvent.click(screen.getByRole("button", { name: "Try all again" }));
  expect(await screen.findByText("not possible: this delivery is delivered")).toBeVisible();
  await waitFor(() => expect(screen.getAllByText("queued again")).toHaveLength(2));
  expect(screen.getByText("2 queued again, 1 not, 0 to go")).toBeVisible();
  expect(api.asked.some((asked) => asked.includes(final.id))).toBe(false);
});

it("tries only those that are chosen", async () => {
  const api = fake({}, [parked(1), parked(2), parked(3)]);
  api.set("POST /deliveries/*", () => json({}, 202));
  drawAt("/operations");
  await userEvent.click(await screen.findByRole("checkbox", { name: /Study 1\.2\.2$/ }));
  await userEvent.click(screen.getByRole("button", { name: "Try 1 again" }));
  await screen.findByText("queued again");
  expect(api.asked.filter((asked) => asked.startsWith("POST"))).toEqual([`POST /deliveries/${parked(2).id}/retry`]);
});

it("asks nobody any more where Diafan does not answer, and says so of each", async () => {
  const api = fake({}, [parked(1), parked(2)]);
  api.set("POST /deliveries/*", () => Promise.reject(new TypeError("no network")));
  drawAt("/operations");
  await userEvent.click(await screen.findByRole("button", { name: "Try all again" }));
  await waitFor(() => expect(screen.getAllByText("not asked: Diafan did not answer")).toHaveLength(2));
  expect(api.asked.filter((asked) => asked.startsWith("POST"))).toHaveLength(1);
});

it("asks destinations now, and says what each answers", async () => {
  const api = fake();
  api.set("POST /operations/destinations/orthanc/check", () =>
    json({ answers: false, error: "orthanc refused the connection", took_ms: 3 }),
  );
  drawAt("/operations");
  await screen.findByText("has refused");
  await userEvent.click(screen.getByRole("button", { name: "Check now" }));
  expect(await screen.findByText("does not answer")).toBeVisible();
  expect(screen.getByText("Its own words: orthanc refused the connection")).toBeVisible();
});

describe("reading anew", () => {
  beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => void vi.useRealTimers());
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

  it("goes on every few seconds, until it is paused", async () => {
    const api = fake();
    drawAt("/operations");
    await screen.findByText("0.9 s an image (p95 1.4 s)");
    await pass(5500);
    expect(api.count("GET /operations")).toBe(2);
    act(() => screen.getByRole("button", { name: "Pause" }).click());
    await pass(60_000);
    expect(api.count("GET /operations")).toBe(2);
    expect(screen.getByText(/^paused; read/)).toBeVisible();
  });
});

it("keeps what it has read while Diafan does not answer", async () => {
  const api = fake({}, [parked(1)]);
  drawAt("/operations");
  await screen.findByText("orthanc has said no 1");
  api.set("GET /operations", () => problem(503));
  api.set("GET /operations/parked", () => problem(503));
  await userEvent.click(screen.getByRole("checkbox", { name: /Study 1\.2\.1$/ }));
  await screen.findByText("Diafan does not answer.", {}, { timeout: 30_000 });
  expect(screen.getByText("orthanc has said no 1")).toBeVisible();
  expect(screen.getByRole("checkbox", { name: /Study 1\.2\.1$/ })).toBeChecked();
});

it("says that it could not be read, and reads again", async () => {
  const api = fake();
  api.set("GET /operations", () => problem(500, { detail: "something went wrong" }));
  drawAt("/operations");
  const again = await screen.findByRole("button", { name: "Try again" });
  api.set("GET /operations", () => json(operations()));
  await userEvent.click(again);
  expect(await screen.findByText("0.9 s an image (p95 1.4 s)")).toBeVisible();
});

it("has every value of a chart within reach of the arrow keys, and in a table", async () => {
  fake();
  drawAt("/operations");
  const chart = await screen.findByRole("slider", { name: /^Throughput/ });
  act(() => chart.focus());
  expect(chart).toHaveAttribute("aria-valuenow", "95");
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  expect(chart).toHaveAttribute("aria-valuetext", expect.stringMatching(/: received 3, analysed 3, delivered 2$/));
  await userEvent.keyboard("{Home}{ArrowLeft}");
  expect(chart).toHaveAttribute("aria-valuenow", "0");
  await userEvent.click(panel("Time from received to analysed").getByRole("button", { name: "As a table" }));
  const rows = within(panel("Time from received to analysed").getByRole("table")).getAllByRole("row");
  expect(rows).toHaveLength(97);
  expect(rows[1]).toHaveTextContent(/nothing/);
  expect(rows[2]).toHaveTextContent(/0.9 s1.4 s$/);
});

it("is accessible", async () => {
  fake({ workers: 0 }, [parked(1), parked(2, { kind: "image", can_retry: false, parcel: "" })]);
  drawAt("/operations");
  await screen.findByText("orthanc has said no 1");
  await screen.findByRole("slider", { name: /^Throughput/ });
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});

it("is nobody's who is no administrator", async () => {
  const api = new FakeRoutes({}, {}).install();
  drawAt("/operations");
  expect(await screen.findByText("Your role does not open this page.")).toBeVisible();
  expect(api.asked).not.toContain("GET /operations");
});
