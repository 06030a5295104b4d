import { type Details, mistakesIn, mistakesTold, NOTHING, partsOf } from "./details.ts";

const TODAY = "2026-11-25";
const KNOWN: Details = { ...NOTHING, patientId: "6504113345" };

it.each<[string, Partial<Details>, object]>([
  ["nothing but a Patient ID", {}, {}],
  ["no Patient ID", { patientId: "  " }, { patientId: { rule: "missing" } }],
  ["a backslash", { patientId: "a\\b" }, { patientId: { rule: "characters" } }],
  ["a long Patient ID", { patientId: "x".repeat(65) }, { patientId: { rule: "long", most: 64, has: 65 } }],
  ["a name with DICOM's signs in it", { family: "Nowak^Jan" }, { family: { rule: "characters" } }],
  ["a line break", { given: "Jan\nMaria" }, { given: { rule: "characters" } }],
  [
    "a name that is long together",
    { family: "n".repeat(40), given: "j".repeat(40) },
    { family: { rule: "long", most: 64, has: 81 } },
  ],
  ["a given name alone that is long", { given: "j".repeat(70) }, { given: { rule: "long", most: 64, has: 71 } }],
  [
    "a long accession number",
    { accessionNumber: "A-2026-118441-PORTABLE" },
    { accessionNumber: { rule: "long", most: 16, has: 22 } },
  ],
  ["a date that is none", { birthDate: "1965" }, { birthDate: { rule: "date" } }],
  ["a birth tomorrow", { birthDate: "2026-11-26" }, { birthDate: { rule: "future" } }],
  ["a birth today", { birthDate: TODAY }, {}],
  ["letters of every script", { family: "Żółć", given: "山田" }, {}],
])("knows %s", (_, part, mistakes) => expect(mistakesIn({ ...KNOWN, ...part }, TODAY)).toEqual(mistakes));

it("sends what is known by the API's names, the name as DICOM has it, and leaves the rest out", () => {
  expect(partsOf(KNOWN)).toEqual({ patient_id: "6504113345" });
  const all: Details = {
    patientId: " 1 ",
    family: "Nowak",
    given: " Jan ",
    birthDate: "1965-04-11",
    sex: "M",
    view: "PA",
    accessionNumber: "A-1",
  };
  expect(partsOf(all)).toEqual({
    patient_id: "1",
    patient_name: "Nowak^Jan",
    birth_date: "1965-04-11",
    sex: "M",
    view: "PA",
    accession_number: "A-1",
  });
  expect(partsOf({ ...KNOWN, given: "Jan" }).patient_name).toBe("^Jan");
});

it("finds the field that Diafan objected to", () => {
  expect(mistakesTold([{ name: "accession_number", rule: "string_too_long" }])).toEqual({
    accessionNumber: { rule: "refused" },
  });
  expect(mistakesTold([{ name: "(unknown)", rule: "extra_forbidden" }])).toBeNull();
  expect(mistakesTold("nonsense")).toBeNull();
});
