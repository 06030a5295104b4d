import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";

import { problem } from "../testing/fakeApi.ts";
import { FakeStudy, image, UID } from "./fakeStudy.tsx";
import { NotDrawableError } from "./image/viewer.ts";

let study: FakeStudy;
beforeEach(() => {
  study = new FakeStudy();
});

const radiograph = () => screen.findByRole("application");
const findings = () => screen.getByRole("region", { name: "What the model says" });

it("says whose study it is, what the model says in order, and shows the evidence of what is called", async () => {
  await study.draw();
  expect(await screen.findByRole("heading", { name: "Nowak, Stanisław" })).toBeVisible();
  expect(await radiograph()).toHaveAccessibleName("Radiograph with the evidence for Lung Opacity");
  const groups = within(findings())
    .getAllByRole("list")
    .map((list) => list.getAttribute("aria-label"));
  expect(groups).toEqual(["Called", "Left open", "Absent"]);
  expect(
    screen.getByRole("button", { name: "Lung Opacity: present, calibrated probability 0.63, threshold 0.50" }),
  ).toHaveAttribute("aria-pressed", "true");
  const detail = screen.getByRole("region", { name: "Lung Opacity: present" });
  expect(detail).toHaveTextContent("0.63 is above the threshold of 0.50.");
  expect(detail).toHaveTextContent("row 1 of 2 from the top, column 2 of 2 from the left; 0.10 of the logit");
  expect(detail).toHaveTextContent("43 × 43 mm at the detector");
  expect(document.title).not.toContain("Nowak");
});

it("shows what was not called on request only, and marked", async () => {
  const user = userEvent.setup();
  await study.draw();
  await radiograph();
  await user.click(screen.getByRole("button", { name: /^Pleural Effusion: indeterminate/ }));
  expect(screen.getByText("indeterminate, shown on request")).toBeVisible();
  expect(screen.getByRole("region", { name: "Pleural Effusion: indeterminate" })).toHaveTextContent(
    "inside the band from 0.45 to 0.55",
  );
  await user.click(screen.getByRole("button", { name: /^No Finding: absent/ }));
  expect(screen.getByText("below threshold: not called, shown on request")).toBeVisible();
  expect(screen.getByText("no cell raised the score")).toBeVisible();
});

it("asks for exploratory numbers when a person does, and calls them no call", async () => {
  const user = userEvent.setup();
  await study.draw();
  await radiograph();
  expect(screen.queryByRole("button", { name: /^Pneumonia/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Show" }));
  await user.click(await screen.findByRole("button", { name: "Pneumonia: exploratory, no call, probability 0.33" }));
  expect(screen.getByText("exploratory: no call")).toBeVisible();
});

it("says why a label is not assessed, and that this is no absence", async () => {
  const user = userEvent.setup();
  await study.draw();
  await user.click(await screen.findByRole("button", { name: "Why" }));
  expect(screen.getByText(/That is no absence/)).toBeVisible();
  expect(await screen.findByText(": the training data never had it")).toBeVisible();
});

it("hides the evidence as long as a key is held, and does with keys what the tools say", async () => {
  await study.draw();
  await radiograph();
  await waitFor(() => expect(screen.getByRole("button", { name: "Invert" })).toBeEnabled());
  fireEvent.keyDown(document.body, { key: "e" });
  expect(screen.getByText("hidden")).toBeVisible();
  fireEvent.keyUp(document.body, { key: "e" });
  expect(screen.queryByText("hidden")).toBeNull();
  for (const key of ["i", "f", "1", "r"]) fireEvent.keyDown(document.body, { key });
  expect(study.viewer.pane.done.map(([act]) => act)).toEqual(["invert", "fit", "actual", "reset"]);
  expect(screen.getByText(/1000 × 800 · W 4096 L 2048 · inverted · 50%/)).toBeVisible();
  fireEvent.keyDown(document.body, { key: "b" });
  expect(await screen.findByRole("application", { name: "Radiograph without evidence" })).toBeVisible();
});

it("tells why an image was declined, and shows the one that was not", async () => {
  study.detail.received.unshift(
    image("i0", { state: "declined", reason_code: "view", reason: "View Position is LATERAL" }),
  );
  await study.draw();
  await radiograph();
  expect(screen.getByRole("button", { name: /declined: No frontal view/ })).toBeDisabled();
  expect(study.viewer.asked).toEqual(["i1"]);
});

it("offers the server's picture where a browser cannot draw the radiograph", async () => {
  study.viewer.reading = () => Promise.reject(new NotDrawableError("undecodable"));
  const user = userEvent.setup();
  await study.draw();
  expect(await screen.findByRole("alert")).toHaveTextContent("This browser cannot decode this radiograph.");
  await user.click(screen.getByRole("button", { name: "Show the server’s picture" }));
  expect(screen.getByRole("img", { name: /server’s picture/ })).toHaveAttribute(
    "src",
    "/images/i1/explanations/Lung%20Opacity",
  );
});

describe("an image that is no longer kept", () => {
  const expire = () => {
    study.detail = {
      ...study.detail,
      received: [image("i1", { pixels_expired_at: "2026-03-02T10:00:00Z" })],
    };
    study.review = { ...study.review, obstacle: "pixels-expired" };
  };

  it("is not asked for, and says since when, what was found, and why nobody can sign", async () => {
    expire();
    const { container } = await study.draw();
    expect(await screen.findByText("The image is no longer kept here since 2 Mar 2026.")).toBeVisible();
    expect(screen.getByText(/Look at it in the archive, or have it sent again/)).toBeVisible();
    expect(screen.getByText("no longer kept here since 2 Mar 2026")).toBeVisible();
    expect(study.viewer.asked).toEqual([]);
    expect(screen.queryByRole("application")).toBeNull();
    expect(screen.getByRole("button", { name: /^Lung Opacity: present/ })).toBeVisible();
    expect(await screen.findByText(/nothing can be signed on what cannot be shown/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Sign" })).toBeDisabled();
    expect(screen.queryByRole("radiogroup")).toBeNull();
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it("keeps what was signed", async () => {
    study.sign();
    expire();
    await study.draw();
    expect(await screen.findByText(/^Signed by/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Amend" })).toBeNull();
  });

  it("is taken away while somebody looks at it, and is back when it was sent again", async () => {
    await study.draw();
    await radiograph();
    const before = { detail: study.detail, review: study.review };
    expire();
    study.change();
    expect(await screen.findByText(/no longer kept here since 2 Mar 2026\.$/)).toBeVisible();
    expect(screen.queryByRole("application")).toBeNull();
    Object.assign(study, before);
    study.change();
    expect(await radiograph()).toBeVisible();
  });
});

it("says that a study waits for its analysis", async () => {
  study.detail = { ...study.detail, findings: [], received: [image("i1", { state: "received", analysed_at: null })] };
  study.review = { ...study.review, report_revision: 0, obstacle: "no-report" };
  await study.draw();
  expect(await screen.findByText(/no image of this study has been analysed/)).toBeVisible();
  expect(await screen.findByText(/opens as soon as the study is analysed/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Sign" })).toBeNull();
});

it("stays with the image that somebody reads when another one takes over, and says where the answer comes from", async () => {
  await study.draw();
  await radiograph();
  const later = image("i2", { sop_instance_uid: "2.25.21", analysed_at: "2026-01-31T13:00:00Z" });
  study.detail = {
    ...study.detail,
    received: [...study.detail.received, later],
    findings: study.detail.findings.map((one) =>
      one.label === "Lung Opacity" ? { ...one, probability: 0.9, sop_instance_uid: "2.25.21" } : one,
    ),
  };
  study.change();
  expect(await screen.findByText(/This answer comes from image 2/)).toBeVisible();
  expect(study.viewer.asked).toEqual(["i1"]);
  await userEvent.click(screen.getByRole("button", { name: "Show image 2" }));
  await waitFor(() => expect(study.viewer.asked).toEqual(["i1", "i2"]));
});

it("says that there is no such study", async () => {
  study.refuse = (_, path) => (path === "/" ? problem(404) : undefined);
  await study.draw("There is no such study");
  expect(screen.getByRole("heading", { name: "There is no such study" })).toBeVisible();
});

describe("a study whose results were withdrawn", () => {
  const WITHDRAWN = "The results of this study were withdrawn: do not use them.";
  const withdraw = () => {
    study.detail = {
      ...study.detail,
      status: "entered-in-error",
      withdrawn_at: "2026-02-01T09:30:00Z",
      withdrawn_because: "wrong-worklist-entry",
      findings: [],
    };
    study.review = { ...study.review, obstacle: "study-withdrawn", signs_as: null };
  };

  it("says so before anything else, and shows the radiograph without calls, evidence or a verdict", async () => {
    withdraw();
    const { container } = await study.draw(WITHDRAWN);
    const banner = screen.getByText(WITHDRAWN).closest("[role=alert]");
    expect(banner).toHaveTextContent("because the wrong worklist entry was chosen.");
    expect(banner).toHaveTextContent(/2026/);
    expect(await screen.findByRole("application", { name: "Radiograph without evidence" })).toBeVisible();
    expect(screen.queryByRole("region", { name: "What the model says" })).toBeNull();
    expect(screen.queryByRole("region", { name: "Your verdict" })).toBeNull();
    expect(screen.queryByText(/no image of this study has been analysed/)).toBeNull();
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it("takes the calls away while somebody looks at them", async () => {
    await study.draw();
    await radiograph();
    expect(screen.getByRole("button", { name: /^Lung Opacity: present/ })).toBeVisible();
    withdraw();
    study.change();
    expect(await screen.findByText(WITHDRAWN)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Lung Opacity: present/ })).toBeNull();
    expect(await screen.findByRole("application", { name: "Radiograph without evidence" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Sign" })).toBeNull();
  });

  it("asks for no evidence and no picture of it, which are given out no more", async () => {
    const asked: string[] = [];
    study.refuse = (_, path) => {
      asked.push(path);
      return /evidence|explanations|objects/.test(path)
        ? problem(410, { type: "urn:diafan:problem:study-withdrawn" })
        : undefined;
    };
    study.viewer.reading = () => Promise.reject(new NotDrawableError("undecodable"));
    withdraw();
    await study.draw(WITHDRAWN);
    expect(await screen.findByText("This browser cannot decode this radiograph.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /server’s picture/ })).toBeNull();
    expect(screen.queryByRole("img", { name: /server’s picture/ })).toBeNull();
    expect(asked.filter((path) => /evidence|explanations|objects/.test(path))).toEqual([]);
    expect(screen.getAllByRole("alert")).toHaveLength(2);
  });

  it("keeps what was signed, and says what it rested on", async () => {
    study.sign();
    withdraw();
    await study.draw(WITHDRAWN);
    expect(await screen.findByText(/rested on results that were withdrawn/)).toBeVisible();
    expect(screen.getByText(/^Signed by/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Amend" })).toBeNull();
  });
});

describe("a study that is restricted", () => {
  const RESTRICTED = "This study is restricted (GDPR Art. 18).";
  const restrict = () => {
    study.refuse = (_, path) =>
      /^\/($|review|earlier|images\/)/.test(path) ? problem(403, { type: "urn:diafan:problem:restricted" }) : undefined;
  };

  it("is not shown, and says why", async () => {
    restrict();
    const { container } = await study.draw(RESTRICTED);
    expect(screen.getByRole("alert")).toHaveTextContent("may not be shown to anybody");
    expect(screen.queryByRole("application")).toBeNull();
    expect(screen.getByRole("link", { name: "‹ Worklist" })).toBeVisible();
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it("is taken away while somebody looks at it", async () => {
    await study.draw();
    await radiograph();
    restrict();
    study.change();
    expect(await screen.findByText(RESTRICTED)).toBeVisible();
    expect(screen.queryByRole("application")).toBeNull();
    expect(screen.queryByRole("button", { name: /^Lung Opacity/ })).toBeNull();
    expect(screen.queryByRole("region", { name: "Your verdict" })).toBeNull();
  });
});

it("goes to the next study of the worklist by a key, and knows its place", async () => {
  const { router } = await study.draw();
  expect(await screen.findByText("2 of 3")).toBeVisible();
  fireEvent.keyDown(document.body, { key: "j" });
  await waitFor(() => expect(router.state.location.pathname).toBe("/studies/2.25.3"));
});

it("reads the study again when it changes, and forgets its images when it is left", async () => {
  const user = userEvent.setup();
  const { router } = await study.draw();
  await radiograph();
  study.detail = { ...study.detail, status: "final" };
  study.change();
  expect(await screen.findByText("signed")).toBeVisible();
  await user.click(screen.getByRole("link", { name: "‹ Worklist" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/worklist"));
  expect(study.viewer.isClosed).toBe(true);
});

it("is accessible, and names nobody in its address", async () => {
  const { container, router } = await study.draw();
  await radiograph();
  await screen.findByRole("radiogroup", { name: "Lung Opacity: what you see" });
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations).toEqual([]);
  expect(router.state.location.pathname).toBe(`/studies/${UID}`);
});
