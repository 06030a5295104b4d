// A log in memory, which answers as the API does, and remembers what it was asked.
import type { Schemas } from "../api/client.ts";
import { FakeApi, json, SOMEBODY } from "../testing/fakeApi.ts";

export type Entry = Schemas["AuditEntry"];

export const PATIENT = "p-7c1e4f0b2a6d4e8f9b3c5d7e1f2a4d09";
export const STUDY = "s-3f1e0c4b7a6d4e8f9b3c5d7e1f2a4d19";

export function entry(index: number, event: Record<string, unknown> = {}): Entry {
  return {
    index,
    leaf_hash: index.toString(16).padStart(64, "0"),
    event: {
      v: 2,
      type: "study-shown",
      outcome: "success",
      occurred_at: new Date(Date.UTC(2026, 10, 25, 12) + index * 1000).toISOString(),
      agent: { kind: "person", id: "anna", roles: ["physician"], token_id: "s-1" },
      patient: PATIENT,
      study: STUDY,
      purpose: "TREAT",
      legal_basis: "gdpr-6-1-c+gdpr-9-2-h",
      detail: { kind: "findings" },
      ...event,
    },
  };
}

export class FakeLog {
  entries: Entry[] = [];
  verification: Schemas["AuditVerification"] = { size: 12_481, waiting: 2, whole: true, defects: [] };
  /** How the log names the one patient that it is asked for; null: it knows nobody. */
  pseudonym: string | null = PATIENT;
  studyNames: string[] = [STUDY];
  /** Stands in for the answer to any question of the log, when it returns one. */
  refuse: (pathname: string) => Response | Promise<Response> | undefined = () => undefined;
  readonly asked: URLSearchParams[] = [];
  readonly exports: URLSearchParams[] = [];
  readonly bodies: unknown[] = [];
  readonly addresses: string[] = [];

  install(): this {
    const api = new FakeApi();
    api.session = () => json({ ...SOMEBODY, name: "Marta Olszewska", subject: "marta", roles: ["officer"] });
    api.install();
    const rest = globalThis.fetch;
    vi.stubGlobal("fetch", async (input: Request) => {
      const request = input instanceof Request ? input : new Request(new URL(input, window.location.origin));
      const { pathname, search, searchParams } = new URL(request.url);
      this.addresses.push(pathname + search);
      if (!pathname.startsWith("/audit")) return rest(request);
      const refused = this.refuse(pathname);
      if (refused) return refused;
      if (pathname === "/audit/verification") return json(this.verification);
      if (pathname === "/audit/pseudonym") {
        this.bodies.push(await request.json());
        return json({ patient: this.pseudonym });
      }
      if (pathname === "/audit/study-names") {
        this.bodies.push(await request.json());
        return json({ studies: this.studyNames });
      }
      if (pathname === "/audit/export") return this.#file(searchParams);
      if (pathname === "/audit/checkpoint") return new Response("diafan.example/audit\n12481\n");
      if (pathname === "/audit/public-key") return new Response("-----BEGIN PUBLIC KEY-----\n");
      this.asked.push(searchParams);
      return json(this.#page(searchParams));
    });
    return this;
  }

  #file(query: URLSearchParams): Response {
    this.exports.push(query);
    const name = `diafan-audit-20261126T112839Z.${query.get("format") ?? ""}`;
    return new Response("{}\n", { headers: { "content-disposition": `attachment; filename="${name}"` } });
  }

  #page(query: URLSearchParams): Schemas["AuditPage"] {
    const [types, before, after] = [query.getAll("type"), query.get("before"), query.get("after")];
    const limit = Number(query.get("limit"));
    const found = this.entries
      .filter(
        ({ index, event }) =>
          (!types.length || types.includes(String(event.type))) &&
          (!query.get("patient") || event.patient === query.get("patient")) &&
          (!query.get("agent") || (event.agent as { id: string }).id === query.get("agent")) &&
          (!query.getAll("study").length || query.getAll("study").includes(String(event.study))) &&
          (before === null || index < Number(before)) &&
          (after === null || index > Number(after)),
      )
      .sort((one, other) => (query.get("newest_first") === "true" ? other.index - one.index : one.index - other.index));
    const entries = found.slice(0, limit);
    return { entries, next_after: entries.length === limit ? (entries.at(-1)?.index ?? null) : null };
  }
}
