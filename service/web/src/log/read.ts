// Reading the log. Each reading is an entry of the log itself, so that it is read in large parts and never by accident.
import { answered, api, type Schemas } from "../api/client.ts";
import { type Act, actOf } from "./act.ts";
import { kindsOf } from "./kinds.ts";
import { note } from "./people.ts";
import { notePurposes } from "./purposes.ts";
import { spanOf, type Wanted } from "./wanted.ts";

export const PAGE = 200;
const MOST_NEW = 500;

export interface Page {
  /** The newest first. */
  acts: readonly Act[];
  /** Where the next page begins; null: there is none. */
  next: number | null;
}

/** What is wanted, as the API is asked for it. */
export function queryOf({ when, what, outcome, patient, studies, agent, purpose }: Wanted, now: number) {
  const { since, until } = spanOf(when, now);
  return {
    type: [...kindsOf(what)],
    ...(outcome ? { outcome } : {}),
    ...(patient ? { patient } : {}),
    study: [...studies],
    ...(agent ? { agent } : {}),
    ...(purpose ? { purpose } : {}),
    ...(since === null ? {} : { since: new Date(since).toISOString() }),
    ...(until === null ? {} : { until: new Date(until).toISOString() }),
  };
}

/** Reads a page of what is wanted, before the entry `before`; null: the newest. */
export async function readPage(wanted: Wanted, before: number | null, signal?: AbortSignal): Promise<Page> {
  const query = {
    ...queryOf(wanted, Date.now()),
    newest_first: true,
    limit: PAGE,
    ...(before === null ? {} : { before }),
  };
  const page = await answered(api.GET("/audit", { params: { query }, ...(signal ? { signal } : {}) }));
  const acts = page.entries.map(actOf);
  note(acts.map((act) => act.agent.id));
  notePurposes(acts.map((act) => act.purpose));
  return { acts, next: page.next_after };
}

/** Reads what came after the entry `after`, the newest first, and whether there is even more. */
export async function readNewer(wanted: Wanted, after: number): Promise<{ acts: readonly Act[]; isMore: boolean }> {
  const query = { ...queryOf(wanted, Date.now()), after, limit: MOST_NEW };
  const page = await answered(api.GET("/audit", { params: { query } }));
  return { acts: page.entries.map(actOf).reverse(), isMore: page.next_after !== null };
}

export type Verification = Schemas["AuditVerification"];

export function verifyLog(): Promise<Verification> {
  return answered(api.GET("/audit/verification"));
}

/** Finds how the log names a patient; null: it knows nobody of that identifier. The Patient ID travels as a body, and stays nowhere. */
export async function findPseudonym(issuer: string, patientId: string): Promise<string | null> {
  const { patient } = await answered(api.POST("/audit/pseudonym", { body: { issuer, patient_id: patientId } }));
  return patient;
}

/** Finds every name that the log has for a study. The Study Instance UID travels as a body, and stays nowhere. */
export async function findStudyNames(uid: string): Promise<readonly string[]> {
  const { studies } = await answered(api.POST("/audit/study-names", { body: { study_instance_uid: uid } }));
  return studies;
}
