// What was typed of a patient, for as long as this window lives; it names people, and is written nowhere.
import { type Details, NOTHING } from "./details.ts";

let kept = NOTHING;

export function keptDetails(): Details {
  return kept;
}

export function keepDetails(details: Details): void {
  kept = details;
}
