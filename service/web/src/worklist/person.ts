// A patient as DICOM writes one, as a person reads one.

/** A person name (PS3.5 6.2.1): the first group that is there, family name first. */
export function readableName(name: string): string {
  const group = name.split("=").find((part) => part.replaceAll("^", "").trim()) ?? "";
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group.split("^").map((part) => part.trim());
  const first = [prefix, given, middle].filter(Boolean).join(" ");
  return [family, first, suffix].filter(Boolean).join(", ");
}

export interface Age {
  unit: "years" | "months" | "days";
  count: number;
}

/** How old somebody born on `birth` was on `day`, both YYYY-MM-DD; null where a date is missing or before birth. */
export function ageOn(birth: string | null, day: string | null): Age | null {
  if (!birth || !day) return null;
  const [from, to] = [new Date(`${birth}T00:00Z`), new Date(`${day}T00:00Z`)];
  const days = Math.floor((to.getTime() - from.getTime()) / 86_400_000);
  if (Number.isNaN(days) || days < 0) return null;
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  if (to.getUTCDate() < from.getUTCDate()) months -= 1;
  if (months < 1) return { unit: "days", count: days };
  return months < 24 ? { unit: "months", count: months } : { unit: "years", count: Math.floor(months / 12) };
}

/** The sex as a word of ours (PS3.3 C.2.3: M, F, O); unknown for anything else. */
export function sexOf(sex: string): "female" | "male" | "other" | "unknown" {
  return sex === "F" ? "female" : sex === "M" ? "male" : sex === "O" ? "other" : "unknown";
}
