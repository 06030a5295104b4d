import { act, render, screen } from "@testing-library/react";
import i18next from "i18next";

import { study } from "../testing/fakeApi.ts";
import { FakeStudy } from "../study/fakeStudy.tsx";
import { PatientCorrected } from "./PatientCorrected.tsx";

afterEach(() => act(() => i18next.changeLanguage("en")));

const CORRECTED = study(2, { corrected: ["name", "birth-date"], corrected_on: "2026-11-26" });

it.each([
  ["en", "Patient data corrected: name, birth date (26 Nov 2026)"],
  ["pl", "Sprostowano dane pacjenta: imię i nazwisko, data urodzenia (26 lis 2026)"],
])("says in %s what was corrected and when", async (language, words) => {
  await i18next.changeLanguage(language);
  render(<PatientCorrected study={CORRECTED} />);
  expect(screen.getByText(words)).toHaveAttribute("title", words);
});

it("says it without a day where the header gives none", () => {
  render(<PatientCorrected study={{ ...CORRECTED, corrected: ["accession"], corrected_on: null }} />);
  screen.getByText("Patient data corrected: accession number");
});

it("says nothing where nothing was corrected", () => {
  const { container } = render(<PatientCorrected study={study(1)} />);
  expect(container).toBeEmptyDOMElement();
});

it("stands beside the patient on the study's page", async () => {
  const page = new FakeStudy();
  page.api.studies = [{ ...CORRECTED, patient_name: "Nowak^Stanisław" }];
  await page.draw();
  await screen.findByRole("heading", { name: "Nowak, Stanisław" });
  screen.getByText(/^Patient data corrected: name, birth date/);
});
