import { screen } from "@testing-library/react";
import i18next from "i18next";

import { drawPart } from "../testing/draw.tsx";
import { type Call, digitsOf, type Finding, toneOf } from "./call.ts";
import { CallShape } from "./CallShape.tsx";
import { FindingLine } from "./FindingLine.tsx";

const CALLS: readonly Call[] = ["present", "indeterminate", "absent", "exploratory", "not assessed"];
const EFFUSION: Finding = { label: "Pleural Effusion", call: "present", probability: 0.812, threshold: 0.2 };

it("tells every call by a shape of its own", () => {
  drawPart(CALLS.map((call) => <CallShape key={call} label="Edema" call={call} />));
  const shapes = [...document.querySelectorAll("[data-shape]")].map((shape) => shape.innerHTML);
  expect(new Set(shapes).size).toBe(CALLS.length);
});

it("tells every call by a word of its own, in both languages", () => {
  for (const language of ["en", "pl"]) {
    const words = CALLS.map((call) => i18next.t(`call.${call}`, { lng: language }));
    expect(new Set(words).size).toBe(CALLS.length);
  }
});

it("says a finding in one sentence to who listens, and hides the drawing from them", () => {
  drawPart(<FindingLine finding={EFFUSION} bandPx={56} />);
  const spoken = screen.getByText("Pleural Effusion: present, calibrated probability 0.81, threshold 0.20");
  expect(spoken).not.toHaveAttribute("aria-hidden");
  expect(screen.getByText("0.81").closest("[aria-hidden]")).not.toBeNull();
});

it("writes numbers and words as Polish does", async () => {
  await i18next.changeLanguage("pl");
  drawPart(<FindingLine finding={EFFUSION} bandPx={56} />);
  screen.getByText("Płyn w opłucnej: stwierdzono, skalibrowane prawdopodobieństwo 0,81, próg 0,20");
  await i18next.changeLanguage("en");
});

it("gives a small threshold the digits that tell a probability from it", () => {
  expect([digitsOf(0.07, 0.072), digitsOf(0.87, 0.072), digitsOf(0.07, 0.2), digitsOf(0.07, null)]).toEqual([
    3, 2, 2, 2,
  ]);
  drawPart(<FindingLine finding={{ ...EFFUSION, probability: 0.0682, threshold: 0.0721 }} bandPx={56} />);
  screen.getByText("0.068");
  screen.getByText(/probability 0\.068, threshold 0\.072/);
});

it("is calm about No Finding, whatever the call: colour is for what wants an eye", () => {
  expect(toneOf("No Finding", "present")).toBe("absent");
  expect(toneOf("Edema", "present")).toBe("present");
  expect(toneOf("Edema", "exploratory")).toBe("quiet");
});
