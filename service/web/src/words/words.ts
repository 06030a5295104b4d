// The languages of the client: which one is spoken, and how keys are typed.
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en.ts";
import { pl } from "./pl.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];
/** Each language by its own name. */
export const NAMES: Record<Language, string> = { en: "English", pl: "Polski" };

/** Whose way of writing dates and numbers goes with a language: a hospital's day comes before its month. */
export const LOCALES: Record<Language, string> = { en: "en-GB", pl: "pl-PL" };

const KEPT_AS = "diafan.language";

export function localeOf(language: string): string {
  return language === "pl" ? LOCALES.pl : LOCALES.en;
}

/** The language that the reader chose here, else the browser's, else English. */
export function preferred(): Language {
  const wishes = [localStorage.getItem(KEPT_AS), ...navigator.languages];
  for (const wish of wishes) {
    const known = LANGUAGES.find((language) => wish?.toLowerCase().split("-")[0] === language);
    if (known) return known;
  }
  return "en";
}

/** Speaks `language` from now on, and the next time. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEPT_AS, language);
  await i18next.changeLanguage(language);
}

/** Starts the words; returns at once, for all of them are in the program. */
export function startWords(language: Language): i18n {
  i18next.on("languageChanged", (now) => {
    document.documentElement.lang = now;
  });
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    supportedLngs: LANGUAGES,
    resources: { en: { translation: en }, pl: { translation: pl } },
    initAsync: false,
    // React writes every value as text.
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  return i18next;
}
