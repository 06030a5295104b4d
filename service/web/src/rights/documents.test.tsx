import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { drawAt } from "../testing/draw.tsx";
import { FakeRights } from "./fakeRights.ts";

let rights: FakeRights;

beforeAll(() => import("./RightsPage.tsx"), 120_000);
beforeEach(() => {
  rights = new FakeRights().install();
});
afterEach(() => vi.restoreAllMocks());

it("takes each document along, in the language that is chosen", async () => {
  drawAt("/rights/documents");
  await userEvent.click(await screen.findByRole("button", { name: "Information notice: PDF" }));
  expect(await screen.findByText("Taken along: diafan-notice-en.pdf")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Polish" }));
  await userEvent.click(screen.getByRole("button", { name: "Record of processing activities: JSON, for machines" }));
  await screen.findByText("Taken along: diafan-record-pl.json");
  await userEvent.click(screen.getByRole("button", { name: "Impact assessment: PDF" }));
  await screen.findByText("Taken along: diafan-assessment-pl.pdf");
  expect(rights.addresses).toEqual([
    "/gdpr/notice?language=en",
    "/gdpr/record?language=pl&format=json",
    "/gdpr/assessment?language=pl",
  ]);
  expect(rights.saved).toEqual(["diafan-notice-en.pdf", "diafan-record-pl.json", "diafan-assessment-pl.pdf"]);
  expect((await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

it("is reached from task to task, and the way says where one is", async () => {
  drawAt("/rights/documents");
  const way = await screen.findByRole("navigation", { name: "What is to be done" });
  expect(way).toBeVisible();
  expect(screen.getByRole("link", { name: /^Documents/ })).toHaveAttribute("aria-current", "page");
  await userEvent.click(screen.getByRole("link", { name: /^Erasure/ }));
  expect(await screen.findByRole("heading", { level: 1, name: "Prepare an erasure" })).toBeVisible();
  expect(document.title).toBe("Prepare an erasure · Diafan");
});

it("begins with the first task where an address means none", async () => {
  const { router } = drawAt("/rights/nothing");
  expect(await screen.findByRole("heading", { level: 1, name: "Answer a request for access" })).toBeVisible();
  expect(router.state.location.pathname).toBe("/rights/access");
});
