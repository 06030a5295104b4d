// What a picture cannot say of its patient: the fields, and their rules, which are those of the API (PatientFields).

export type Sex = "" | "F" | "M" | "O";
export type View = "" | "PA" | "AP";

export interface Details {
  patientId: string;
  family: string;
  given: string;
  /** YYYY-MM-DD, or "". */
  birthDate: string;
  sex: Sex;
  view: View;
  accessionNumber: string;
}

export const NOTHING: Details = {
  patientId: "",
  family: "",
  given: "",
  birthDate: "",
  sex: "",
  view: "",
  accessionNumber: "",
};

export type Field = keyof Details;
export type Rule = "missing" | "characters" | "long" | "date" | "future" | "refused";

export interface Broken {
  rule: Rule;
  /** For `long`: how many characters there may be, and how many there are. */
  most?: number;
  has?: number;
}

export type Mistakes = Partial<Record<Field, Broken>>;

// PS3.5 6.2: LO and each group of PN have 64 characters, SH has 16; a backslash parts values, ^ and = part names.
const LONGEST = 64;
const LONGEST_ACCESSION = 16;
const NO_TEXT = /[\\\p{Cc}]/u;
const NO_NAME = /[\\^=\p{Cc}]/u;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Says which fields cannot be sent as they are; `today` is YYYY-MM-DD. */
export function mistakesIn(details: Details, today: string): Mistakes {
  const mistakes: Mistakes = {};
  const check = (field: Field, broken: Broken | null) => {
    if (broken) mistakes[field] = broken;
  };
  check("patientId", details.patientId.trim() ? text(details.patientId, LONGEST) : { rule: "missing" });
  const name = nameOf(details);
  const tooLong = text(name, LONGEST);
  check("family", NO_NAME.test(details.family) ? { rule: "characters" } : details.family.trim() ? tooLong : null);
  check("given", NO_NAME.test(details.given) ? { rule: "characters" } : details.family.trim() ? null : tooLong);
  check("accessionNumber", text(details.accessionNumber, LONGEST_ACCESSION));
  if (details.birthDate) {
    if (!DAY.test(details.birthDate)) check("birthDate", { rule: "date" });
    else if (details.birthDate > today) check("birthDate", { rule: "future" });
  }
  return mistakes;
}

function text(value: string, most: number): Broken | null {
  if (NO_TEXT.test(value)) return { rule: "characters" };
  const has = Array.from(value.trim()).length;
  return has > most ? { rule: "long", most, has } : null;
}

/** The name as DICOM writes it, `Family^Given`; "" where neither is known. */
export function nameOf({ family, given }: Details): string {
  const [last, first] = [family.trim(), given.trim()];
  return first ? `${last}^${first}` : last;
}

/** The parts of the upload, by the API's names; what is not known is left out. */
export function partsOf(details: Details): Record<string, string> {
  const parts = {
    patient_id: details.patientId.trim(),
    patient_name: nameOf(details),
    birth_date: details.birthDate,
    sex: details.sex,
    accession_number: details.accessionNumber.trim(),
    view: details.view,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value));
}

const FIELDS: Record<string, Field> = {
  patient_id: "patientId",
  patient_name: "family",
  birth_date: "birthDate",
  sex: "sex",
  accession_number: "accessionNumber",
  view: "view",
};

/** What the API objected to, as mistakes of the fields that were filled in; null where it is none of them. */
export function mistakesTold(invalid: unknown): Mistakes | null {
  if (!Array.isArray(invalid)) return null;
  const names = invalid.map((one: unknown) => (one as { name?: unknown } | null)?.name);
  const fields = names.map((name) => (typeof name === "string" ? FIELDS[name] : undefined)).filter((field) => !!field);
  return fields.length ? Object.fromEntries(fields.map((field) => [field, { rule: "refused" as const }])) : null;
}
