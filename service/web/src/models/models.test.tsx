import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import type { Session } from "../api/session.ts";
import { drawAt, drawPart } from "../testing/draw.tsx";
import { json, problem } from "../testing/fakeApi.ts";
import { FakeRoutes, PAYLOADS } from "../testing/fakeRoutes.ts";
import { bundled, DIGEST, fileOf, imported, jsonOf } from "./fakeModels.ts";
import { Markdown } from "./Markdown.tsx";
import type { Model } from "./read.ts";

const SCIENTIST: Partial<Session> = {
  name: "Dr Leon Baran",
  subject: "leon",
  roles: ["data-scientist"],
  scopes: ["model.write"],
};
const text = (words: string) => new Response(words, { headers: { "content-type": "text/plain" } });

function fake(models: Model[], session: Partial<Session> = SCIENTIST): FakeRoutes {
  return new FakeRoutes(session, {
    "GET /models": () => json({ models }),
    [`GET /models/${DIGEST}/evaluation`]: () => json(jsonOf("evaluation.json")),
    [`GET /models/${DIGEST}/faithfulness`]: () => json(jsonOf("faithfulness.json")),
    [`GET /models/${DIGEST}/card`]: () => text(fileOf("card.md")),
  }).install();
}

const region = (name: string) => within(screen.getByRole("region", { name }));

it("shows poor figures as plainly as good ones", async () => {
  fake([bundled()]);
  drawAt("/models");
  expect(await screen.findByText("It may see nothing but shortcuts.")).toBeVisible();
  expect(await screen.findByText("Its maps are not shown to lie where radiologists pointed.")).toBeVisible();
  expect(screen.getAllByText("+0.03")[0]).toBeVisible();
  const labels = within(screen.getAllByRole("table")[0]!);
  const cardiomegaly = labels.getByRole("row", { name: /^Cardiomegaly/ });
  expect(cardiomegaly).toHaveTextContent("0.60 0.43–0.79");
  expect(cardiomegaly).toHaveTextContent("validation admitted it, but on test it may be no better than chance");
  expect(labels.getByRole("row", { name: /^Edema/ })).toHaveTextContent("0.89 / 0.70");
  expect(labels.getByRole("row", { name: /^Fracture/ })).toHaveTextContent("the model has no trained output for it");
  expect(region("Whom it serves how well").getByRole("row", { name: /under 40/ })).toBeVisible();
  const maps = within(await screen.findByRole("region", { name: "Can its maps be trusted?", hidden: false }));
  expect(maps.getAllByText("no").length).toBeGreaterThan(0);
});

it("has each reliability plot's points within reach of the arrow keys, and in tables", async () => {
  fake([bundled()]);
  drawAt("/models");
  const plot = await screen.findByRole("slider", { name: /^Edema/ });
  act(() => plot.focus());
  await userEvent.keyboard("{End}");
  expect(plot).toHaveAttribute("aria-valuetext", expect.stringMatching(/^Said 0\.\d\d, found 0\.\d\d/));
  await userEvent.click(screen.getByRole("button", { name: "As tables" }));
  expect(within(screen.getByRole("table", { name: "Edema" })).getAllByRole("row")).toHaveLength(11);
});

it("says of a model that nobody has evaluated that nothing is known of it", async () => {
  const api = fake([bundled(), imported()]);
  drawAt(`/models?model=${imported().digest}`);
  expect(await screen.findByText("This model was not evaluated here")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Whole card" })).toBeNull();
  expect(api.asked.some((asked) => asked.includes(imported().digest))).toBe(false);
  await userEvent.click(screen.getByRole("link", { name: /nih-demonstration/ }));
  expect(await screen.findByText("It may see nothing but shortcuts.")).toBeVisible();
});

it("shows what it has of a model whose evaluation is damaged", async () => {
  const api = fake([bundled()]);
  api.set(`GET /models/${DIGEST}/evaluation`, () => json({ digest: "0".repeat(64), labels: [] }));
  drawAt("/models");
  expect(await screen.findByText("The evaluation cannot be read")).toBeVisible();
  expect(screen.getByRole("row", { name: /^Edema/ })).toHaveTextContent("threshold 0.072");
});

describe("choosing another model", () => {
  async function open(api: FakeRoutes): Promise<HTMLElement> {
    drawAt("/models");
    await userEvent.click(await screen.findByRole("button", { name: "Use another model" }));
    expect(api.asked).not.toContain("POST /model");
    return screen.findByRole("dialog", { name: "Use another model" });
  }

  it("says what changes, and takes the model's name for a confirmation, and nothing else", async () => {
    const api = fake([bundled(), imported()]);
    const dialog = within(await open(api));
    expect(dialog.getByText("It was not evaluated here: nothing is known of how well it does.")).toBeVisible();
    expect(dialog.getByText("7 labels change")).toBeVisible();
    expect(dialog.getByRole("row", { name: /^Edema/ })).toHaveTextContent("assessedthreshold 0.072");
    expect(
      dialog.getByText(
        "What is being analysed now ends with nih-demonstration 2.0.0. The next image is the new model’s.",
      ),
    ).toBeVisible();
    expect(dialog.getByText("The audit log names you, Dr Leon Baran, as who chose.")).toBeVisible();
    const confirm = dialog.getByRole("button", { name: "Use chest 1" });
    const name = dialog.getByRole("textbox", { name: /chest/ });
    for (const wrong of ["ches", "Chest", "nih-demonstration"]) {
      fireEvent.change(name, { target: { value: wrong } });
      fireEvent.submit(name);
      expect(confirm).toBeDisabled();
    }
    expect(api.asked).not.toContain("POST /model");
    let asked: unknown;
    api.set("POST /model", async (request) => {
      asked = await request.json();
      return json({ changed: true });
    });
    api.set("GET /models", () =>
      json({ models: [bundled({ in_use: false, since: null }), imported({ in_use: true })] }),
    );
    fireEvent.change(name, { target: { value: "chest" } });
    await userEvent.click(confirm);
    expect(await screen.findByText("chest 1 answers from the next image on.")).toBeVisible();
    expect(asked).toEqual({ digest: imported().digest });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await screen.findByRole("heading", { level: 1, name: "chest 1" })).toBeVisible();
  });

  it("says why it was refused, and keeps what was typed", async () => {
    const api = fake([bundled(), imported()]);
    api.set("POST /model", () => problem(409, { detail: "its weights are not those that its manifest pins" }));
    const dialog = within(await open(api));
    await userEvent.type(dialog.getByRole("textbox", { name: /chest/ }), "chest{Enter}");
    expect(await dialog.findByText(/nothing has changed:/)).toHaveTextContent(
      "its weights are not those that its manifest pins",
    );
    expect(dialog.getByRole("textbox", { name: /chest/ })).toHaveValue("chest");
  });

  it("does not claim to know where Diafan did not answer", async () => {
    const api = fake([bundled(), imported()]);
    api.set("POST /model", () => Promise.reject(new TypeError("no network")));
    const dialog = within(await open(api));
    await userEvent.type(dialog.getByRole("textbox", { name: /chest/ }), "chest{Enter}");
    expect(await dialog.findByText(/whether anything has changed is not known/)).toBeVisible();
    expect(dialog.getByRole("textbox", { name: /chest/ })).toHaveValue("chest");
  });

  it.each([
    ["physician", "study.read"],
    ["administrator", "ops"],
  ] as const)("is not offered to a %s, who reads", async (role, scope) => {
    fake([bundled(), imported()], { roles: [role], scopes: [scope] });
    drawAt("/models");
    await screen.findByText("It may see nothing but shortcuts.");
    expect(screen.queryByRole("button", { name: /^Use / })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Compare" }));
    expect(within(screen.getByRole("dialog")).getByText("7 labels change")).toBeVisible();
  });
});

it("shows the whole card on demand, with the model's own pictures", async () => {
  fake([bundled()]);
  drawAt("/models");
  await userEvent.click(await screen.findByRole("button", { name: "Whole card" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByRole("heading", { name: "How well it ranks" })).toBeVisible();
  expect(dialog.getByRole("img", { name: /AUROC of every label/ })).toHaveAttribute(
    "src",
    `/models/${DIGEST}/pictures/auroc`,
  );
});

it.each([
  ...PAYLOADS,
  "[click](javascript:window.hacked=true)",
  "![x](https://elsewhere.example/x.png)",
  "<https://elsewhere.example>",
])("makes no HTML of a card, and loads nothing from elsewhere: %s", (payload) => {
  const { container } = drawPart(
    <Markdown text={`# Card\n\n${payload}\n\n| a |\n| --- |\n| ${payload} |\n`} model={bundled()} />,
  );
  expect(container.querySelectorAll("script, iframe, object, svg, img, a, [onerror], [onload], [style]")).toHaveLength(
    0,
  );
  expect(window).not.toHaveProperty("hacked");
});

it("shows what a manifest says as text", async () => {
  const labels = imported().labels.map((standing, at) => ({
    ...standing,
    not_assessed_because: PAYLOADS[at % PAYLOADS.length] ?? "",
  }));
  fake([imported({ in_use: true, name: PAYLOADS[1], labels })]);
  const { container } = drawAt("/models");
  for (const payload of PAYLOADS) expect(await screen.findAllByText(payload)).toHaveLength(2);
  expect(container.querySelectorAll("script, iframe, img, [onerror], [onload]")).toHaveLength(0);
});

it("says that the models could not be read, and that there are none", async () => {
  const api = fake([]);
  api.set("GET /models", () => problem(500, { detail: "something went wrong" }));
  drawAt("/models");
  const again = await screen.findByRole("button", { name: "Try again" });
  api.set("GET /models", () => json({ models: [] }));
  await userEvent.click(again);
  expect(await screen.findByText("There is no model on this machine")).toBeVisible();
});

it("is accessible, and so is the choice", async () => {
  fake([bundled(), imported()]);
  drawAt("/models");
  await screen.findByRole("slider", { name: /^Edema/ });
  await screen.findByRole("heading", { name: "Shortcuts and limits" });
  const check = async () =>
    (await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } })).violations.map(
      ({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)],
    );
  expect(await check()).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Use another model" }));
  await screen.findByRole("dialog");
  expect(await check()).toEqual([]);
});
