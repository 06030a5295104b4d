import { ageOn, readableName, sexOf } from "./person.ts";

it.each([
  ["Kowalska^Anna", "Kowalska, Anna"],
  ["Wiśniewska-Kołodziejczyk^Małgorzata^Maria", "Wiśniewska-Kołodziejczyk, Małgorzata Maria"],
  ["Kurek^Jan^^Dr^MD", "Kurek, Dr Jan, MD"],
  ["Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou"],
  ["=山田^太郎", "山田, 太郎"],
  ["^^^^", ""],
  ["", ""],
  ["O'Neill", "O'Neill"],
])("reads the name %j as %j", (name, readable) => expect(readableName(name)).toBe(readable));

it.each([
  ["1948-02-12", "2026-11-25", { unit: "years", count: 78 }],
  ["1948-11-26", "2026-11-25", { unit: "years", count: 77 }],
  ["2024-12-01", "2026-11-25", { unit: "months", count: 23 }],
  ["2026-11-03", "2026-11-25", { unit: "days", count: 22 }],
  ["2026-11-25", "2026-11-25", { unit: "days", count: 0 }],
  ["2027-01-01", "2026-11-25", null],
  [null, "2026-11-25", null],
  ["1948-02-12", null, null],
])("who was born on %s is on %s %j", (birth, day, age) => expect(ageOn(birth, day)).toEqual(age));

it("takes DICOM's letters for a sex, and nothing else", () => {
  expect(["F", "M", "O", "", "X"].map(sexOf)).toEqual(["female", "male", "other", "unknown", "unknown"]);
});
