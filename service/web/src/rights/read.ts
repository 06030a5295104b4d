// Asking for what an officer owes to persons. A Patient ID travels as a body, and stays nowhere; files come whole or not at all.
import { answered, api, type Schemas } from "../api/client.ts";
import { ProblemError } from "../api/problem.ts";
import type { File } from "../log/download.ts";

export type Held = Schemas["HeldOfPatient"];
export type Language = "en" | "pl";

/** Several patients have the Patient ID: each from another of these issuers ("": of none). */
export class AmbiguousError extends Error {
  readonly issuers: readonly string[];
  constructor(issuers: readonly string[]) {
    super("ambiguous");
    this.issuers = issuers;
  }
}

/** Looks up what is held; `issuer` null: whichever it is. Throws AmbiguousError, ProblemError, UnreachableError. */
export async function readHeld(patientId: string, issuer: string | null): Promise<Held> {
  const asked = api.POST("/gdpr/held", { body: { patient_id: patientId, issuer } });
  try {
    return await answered(asked);
  } catch (problem) {
    if (problem instanceof ProblemError && problem.kind === "ambiguous-patient") {
      const { error } = await asked;
      throw new AmbiguousError((error as unknown as { issuers: string[] }).issuers);
    }
    throw problem;
  }
}

export const COUNTED = ["studies", "images", "results", "reports", "verdicts", "entries"] as const;
export type Counts = Partial<Record<(typeof COUNTED)[number], number>>;

/** An answer whose body was asked for as a file. */
interface Asked {
  data?: unknown;
  error?: unknown;
  response: Response;
}

export interface Package extends File {
  counts: Counts;
}

export async function answerAccess(
  patient: string,
  recipients: readonly string[],
  staff: boolean,
  signal: AbortSignal,
): Promise<Package> {
  const body = { patient, recipients: [...recipients], staff };
  const asked = api.POST("/gdpr/access", { body, parseAs: "blob", signal });
  const file = await fileOf(asked, "diafan-answer.zip.age");
  const told = (await asked).response.headers.get("diafan-counts") ?? "";
  const counts: Counts = {};
  for (const name of COUNTED) {
    const [, count] = new RegExp(`\\b${name}=(\\d+)`).exec(told) ?? [];
    if (count !== undefined) counts[name] = Number(count);
  }
  return { ...file, counts };
}

export type Foreseen = Schemas["RestrictionForeseen"];
export type Lifted = Schemas["RestrictionLifted"];
export const GROUNDS = ["accuracy-contested", "unlawful-processing", "legal-claims", "objection"] as const;
export type Ground = (typeof GROUNDS)[number];

export function foreseeRestriction(patient: string): Promise<Foreseen> {
  return answered(api.POST("/gdpr/restriction/foreseen", { body: { patient } }));
}

export function restrict(patient: string, ground: Ground): Promise<Foreseen["covers"]> {
  return answered(api.POST("/gdpr/restriction", { body: { patient, ground } }));
}

/** `informedOn`: a day, 2026-11-26. */
export function liftRestriction(patient: string, informedOn: string): Promise<Lifted> {
  return answered(api.POST("/gdpr/restriction/lift", { body: { patient, informed_on: informedOn } }));
}

export type DocumentName = "notice" | "record" | "assessment";

export function writeDocument(
  name: DocumentName,
  language: Language,
  format: "pdf" | "json",
  signal: AbortSignal,
): Promise<File> {
  const query = { language };
  const asked =
    name === "record"
      ? api.GET("/gdpr/record", { params: { query: { ...query, format } }, parseAs: "blob", signal })
      : api.GET(`/gdpr/${name}`, { params: { query }, parseAs: "blob", signal });
  return fileOf(asked, `diafan-${name}-${language}.${format}`);
}

export type Breach = Schemas["BreachRequest"];

export function takeBreach(wanted: Breach, signal: AbortSignal): Promise<File> {
  const asked = api.POST("/gdpr/breach", { body: wanted, parseAs: "blob", signal });
  return fileOf(asked, `diafan-breach.${wanted.format}`);
}

/** Returns the file under the name that the service gave it. */
async function fileOf(asked: Promise<Asked>, otherwise: string): Promise<File> {
  const content = (await answered(asked)) as Blob;
  const { response } = await asked;
  const [, told] = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return { name: told ?? otherwise, content };
}
