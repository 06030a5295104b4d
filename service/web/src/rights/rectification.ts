// Asking for a correction of what images say of a patient. What is right travels as a body, and stays nowhere.
import { answered, api, type Schemas } from "../api/client.ts";
import { ProblemError } from "../api/problem.ts";

export const ATTRIBUTES = ["name", "birth_date", "sex", "patient_id", "issuer", "accession"] as const;
export type Attribute = (typeof ATTRIBUTES)[number];
/** What is right, of what is to be corrected. */
export type Values = Partial<Record<Attribute, string>>;

/** Of all but one of them. */
export function without(values: Values, attribute: Attribute): Values {
  return Object.fromEntries(Object.entries(values).filter(([one]) => one !== attribute));
}

export type Study = Schemas["RectifiableStudy"];
export type Effect = Schemas["RectificationEffect"];

/** `studies` null: all of the patient. */
export interface Correction {
  patient: string;
  studies: string[] | null;
  values: Values;
}

/** What was asked, and what exactly that would do. */
export interface Preview {
  correction: Correction;
  effect: Effect;
}

/** Some values are none that their attribute can hold. */
export class UnfitError extends Error {
  readonly attributes: readonly Attribute[];
  constructor(attributes: readonly Attribute[]) {
    super("unfit");
    this.attributes = attributes;
  }
}

export async function readStudies(patient: string): Promise<readonly Study[]> {
  return (await answered(api.POST("/gdpr/rectification/studies", { body: { patient } }))).studies;
}

/** Says what a correction would do; nothing is changed. Throws UnfitError, ProblemError, UnreachableError. */
export async function previewCorrection(correction: Correction, signal: AbortSignal): Promise<Preview> {
  const asked = api.POST("/gdpr/rectification/preview", { body: correction, signal });
  try {
    return { correction, effect: await answered(asked) };
  } catch (problem) {
    if (problem instanceof ProblemError && problem.kind === "unfit") {
      const { error } = await asked;
      throw new UnfitError((error as unknown as { unfit: Attribute[] }).unfit);
    }
    throw problem;
  }
}

export function rectify(correction: Correction): Promise<Effect> {
  return answered(api.POST("/gdpr/rectification", { body: correction }));
}
