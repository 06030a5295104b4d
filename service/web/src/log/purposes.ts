// What acts are for, and what the handling of personal data rests on, out of the codes that an entry has.
import { en } from "../words/en.ts";

/** A code of HL7's PurposeOfUse that we have words for (service/purpose.py has the same). */
export type Purpose = keyof (typeof en)["log"]["purpose"];

export const PURPOSE = /^[A-Z]{1,64}$/;

/** Those that a hospital meets; others are offered once an entry had them. */
const USUAL = [
  "TREAT",
  "ETREAT",
  "BTG",
  "HRESCH",
  "HCOMPL",
  "HOPERAT",
  "HSYSADMIN",
  "HQUALIMP",
  "PATRQT",
] as const satisfies readonly Purpose[];

const seen = new Set<string>();

export function notePurposes(purposes: readonly string[]): void {
  for (const purpose of purposes) if (PURPOSE.test(purpose)) seen.add(purpose);
}

/** The purposes to choose from; `chosen` is one of them, whatever it is. */
export function offeredPurposes(chosen: string): string[] {
  return [...new Set([...USUAL, ...[...seen].sort(), chosen])].filter(Boolean);
}

export function isPurpose(code: string): code is Purpose {
  return Object.hasOwn(en.log.purpose, code);
}

/** What an article lets one do, in a word or two. */
export type Basis = keyof (typeof en)["log"]["basis"]["of"];

export interface Article {
  /** As recorded. */
  code: string;
  article: string;
  paragraph: string;
  point: string;
  of: Basis | null;
}

const GDPR = /^gdpr-(\d{1,3})-(\d{1,2})(?:-([a-z]))?$/;

/** The articles of a legal basis; of one that is not of the GDPR there is the code alone. */
export function articlesOf(legalBasis: string): readonly Article[] {
  return legalBasis
    .split("+")
    .filter(Boolean)
    .map((code) => {
      const [, article = "", paragraph = "", point = ""] = GDPR.exec(code) ?? [];
      const of = `${article}-${paragraph}-${point}`;
      return { code, article, paragraph, point, of: Object.hasOwn(en.log.basis.of, of) ? (of as Basis) : null };
    });
}
