// An entry of the log as the page reads it: every field that an event may have (audit/event.py, version 2), and nothing assumed.
import type { Schemas } from "../api/client.ts";

export type EventType = Schemas["EventType"];
export type Outcome = Schemas["Outcome"];

export interface Agent {
  kind: "person" | "system";
  id: string;
  client: string;
  address: string;
  issuer: string;
  /** Of a token, or of a person's session. */
  tokenId: string;
  roles: readonly string[];
}

export interface Act {
  /** Its place in the log. */
  index: number;
  leafHash: string;
  /** A word of the log; one that is newer than this page is shown as it is. */
  type: string;
  outcome: string;
  /** ms since 1970. */
  at: number;
  occurredAt: string;
  agent: Agent;
  /** Pseudonyms, as is the patient's: `s-`, `p-` and `o-` with 32 signs. */
  study: string;
  patient: string;
  object: string;
  image: string;
  destination: string;
  request: string;
  /** A code of HL7's PurposeOfUse. */
  purpose: string;
  /** Articles, joined by a plus. */
  legalBasis: string;
  detail: Readonly<Record<string, string | number>>;
  /** As it was recorded. */
  event: Readonly<Record<string, unknown>>;
}

export function actOf({ index, leaf_hash: leafHash, event: recorded }: Schemas["AuditEntry"]): Act {
  const event = record(recorded);
  const agent = record(event.agent);
  const roles = agent.roles;
  const occurredAt = text(event, "occurred_at");
  return {
    index,
    leafHash,
    type: text(event, "type"),
    outcome: text(event, "outcome"),
    at: Date.parse(occurredAt),
    occurredAt,
    agent: {
      kind: agent.kind === "person" ? "person" : "system",
      id: text(agent, "id"),
      client: text(agent, "client"),
      address: text(agent, "address"),
      issuer: text(agent, "issuer"),
      tokenId: text(agent, "token_id"),
      roles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
    },
    study: text(event, "study"),
    patient: text(event, "patient"),
    image: text(event, "image_id"),
    object: text(event, "object"),
    destination: text(event, "destination"),
    request: text(event, "request_id"),
    purpose: text(event, "purpose"),
    legalBasis: text(event, "legal_basis"),
    detail: Object.fromEntries(
      Object.entries(record(event.detail)).filter(
        (pair): pair is [string, string | number] => typeof pair[1] === "string" || typeof pair[1] === "number",
      ),
    ),
    event,
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(from: Readonly<Record<string, unknown>>, name: string): string {
  const value = from[name];
  return typeof value === "string" ? value : "";
}

/** A pseudonym, of a patient or a study, that can be told from others at a glance; the whole of it is in the details. */
export function shortName(name: string): string {
  return name.length > 12 ? `${name.slice(0, 6)}…${name.slice(-3)}` : name;
}
