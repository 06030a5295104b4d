// An API that answers from memory, and remembers what it was asked.
import type { Schemas } from "../api/client.ts";
import type { Session } from "../api/session.ts";
import type { Study } from "../worklist/read.ts";

export type Query = Schemas["WorklistQuery"];
type Answer = Response | Promise<Response>;

export const SOMEBODY: Session = {
  name: "Dr Anna Kurek",
  subject: "anna",
  roles: ["physician"],
  scopes: ["study.read", "study.write"],
  expires_at: "2099-01-01T00:00:00Z",
  idle_until: "2099-01-01T00:00:00Z",
  intended_use: "research use, not for diagnosis",
  version: "0.1.0",
};

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
}

export function problem(status: number, members: Record<string, unknown> = {}): Response {
  return json({ type: "about:blank", title: "", status, detail: "", instance: "urn:uuid:5b0f", ...members }, status);
}

export function study(number: number, part: Partial<Study> = {}): Study {
  return {
    study_instance_uid: `2.25.${number}`,
    patient_id: `ID-${number}`,
    patient_id_before: "",
    patient_changed_at: null,
    corrected: [],
    corrected_on: null,
    patient_name: `Patient${number}^Given`,
    birth_date: "1950-01-31",
    sex: "F",
    accession_number: `A-${number}`,
    study_date: "2026-01-31",
    description: "Chest PA",
    status: "delivered",
    reason_code: "",
    reason: "",
    received_at: new Date(Date.UTC(2026, 0, 31, 12) - number * 60_000).toISOString(),
    changed_at: "2026-01-31T12:00:05Z",
    source: "dicom:PACS1",
    images: 1,
    findings: [],
    priority: null,
    review: "none",
    ...part,
  };
}

export class FakeApi {
  session: () => Answer = () => json(SOMEBODY);
  studies: Study[] = [];
  /** Stands in for the answer to a reading of the worklist, when it returns one. */
  refuse: (query: Query) => Answer | undefined = () => undefined;
  ready: () => Answer = () => json({ status: "ready" });
  endSessionUrl: string | null = null;
  readonly asked: Query[] = [];
  readonly addresses: string[] = [];
  readonly signedOut: string[] = [];

  /** Takes the place of the network. */
  install(): this {
    vi.stubGlobal("fetch", (input: RequestInfo | URL) =>
      this.#answer(input instanceof Request ? input : new Request(new URL(input, window.location.origin))),
    );
    return this;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    this.addresses.push(pathname + search);
    switch (pathname) {
      case "/session":
        return this.session();
      case "/health/ready":
        return this.ready();
      case "/sign-out":
        this.signedOut.push(search);
        return json({ sessions: 1, end_session_url: this.endSessionUrl });
      case "/worklist":
        return this.#worklist((await request.json()) as Query);
      default:
        return problem(404);
    }
  }

  #worklist(query: Query): Answer {
    this.asked.push(query);
    const refused = this.refuse(query);
    if (refused) return refused;
    const wanted = this.studies.filter(
      (one) =>
        (!query.status.length || query.status.includes(one.status)) &&
        (!query.finding || one.findings.some(({ label, call }) => label === query.finding && call === "present")) &&
        (!query.studies.length || query.studies.includes(one.study_instance_uid)) &&
        query.text.split(" ").every((word) => one.patient_name.toLowerCase().includes(word.toLowerCase())),
    );
    const part = wanted.slice(query.offset, query.offset + query.limit);
    return json({ total: wanted.length, offset: query.offset, studies: part });
  }
}
