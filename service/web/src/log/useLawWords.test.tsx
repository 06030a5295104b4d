import { renderHook } from "@testing-library/react";
import i18next from "i18next";

import { en } from "../words/en.ts";
import { useLawWords } from "./useLawWords.ts";

const words = () => renderHook(() => useLawWords()).result.current;

afterEach(() => i18next.changeLanguage("en"));

it("says what acts are for and what they rest on, with the codes", async () => {
  expect(words().purposeOf("HRESCH")).toBe("research (HRESCH)");
  expect(words().basisOf("gdpr-9-2-h")).toBe("GDPR Art. 9(2)(h), health care");
  await i18next.changeLanguage("pl");
  expect(words().purposeOf("TREAT")).toBe("leczenie (TREAT)");
  expect(words().basisOf("gdpr-6-1-c+gdpr-89-1")).toBe(
    "RODO art. 6 ust. 1 lit. c, obowiązek prawny; RODO art. 89 ust. 1, zabezpieczenia badań i archiwów",
  );
});

it("shows codes that have no words as they are, and nothing for none", () => {
  const { purposeOf, basisOf } = words();
  expect([purposeOf("OTHER"), purposeOf("")]).toEqual(["OTHER", ""]);
  expect(basisOf("gdpr-5-1+law-of-atlantis")).toBe("GDPR Art. 5(1); law-of-atlantis");
  expect(basisOf("")).toBe("");
});

it.each(["en", "pl"])("has words of its own for every purpose in %s", async (language) => {
  await i18next.changeLanguage(language);
  const told = Object.keys(en.log.purpose).map((code) => words().purposeOf(code).replace(/ \(.*/, ""));
  expect(new Set(told).size).toBe(told.length);
});
