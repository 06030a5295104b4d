// What the service answers an officer, from memory; it remembers what it was told, and what was saved.
import { act, waitFor } from "@testing-library/react";

import type { Schemas } from "../api/client.ts";
import { json, problem } from "../testing/fakeApi.ts";
import { FakeRoutes } from "../testing/fakeRoutes.ts";

export const PATIENT = "p-7c1e4f0b2a6d4e8f9b3c5d7e1f2a4d09";
export const PATIENT_ID = "PESEL-58041207784";
/** Who asks next. */
export const OTHER = "p-0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d";
export const OTHER_ID = "PESEL-90010112345";
export const KEY = `age1${"q".repeat(58)}`;

export const HELD: Schemas["HeldOfPatient"] = {
  patient: PATIENT,
  issuer: "",
  studies: 2,
  images: 3,
  results: 9,
  reports: 2,
  verdicts: 1,
  told: [
    { destination: "main-pacs", studies: 2, withdrawn: 0, is_configured: true },
    { destination: "old-pacs", studies: 1, withdrawn: 1, is_configured: false },
  ],
  unwithdrawn: 2,
  on_their_way: 0,
  kept_until: null,
  retention_years: 20,
};

export const COVERS: Schemas["RestrictionCovers"] = {
  studies: 2,
  images: 3,
  results: 9,
  reports: 2,
  waiting: 1,
  deliveries: 4,
  sending: 0,
  owed: 0,
};

export const STUDIES: readonly Schemas["RectifiableStudy"][] = [
  { study_instance_uid: "1.2.3.1", date: "2026-01-30", description: "Chest PA", images: 1 },
  { study_instance_uid: "1.2.3.2", date: null, description: "", images: 2 },
];

export const EFFECT: Schemas["RectificationEffect"] = {
  studies: 2,
  images: 3,
  results: 9,
  reports: 2,
  signed: 0,
  places: ["main-pacs"],
  homeless: [],
  joins: false,
  right: 0,
  others: 0,
  not_held: 0,
  undecodable: 0,
  withdrawn: 0,
  declined: 0,
};

export class FakeRights {
  held: (asked: { patient_id: string; issuer: string | null }) => Response = () => json(HELD);
  answer: () => Response | Promise<Response> = () =>
    file("diafan-answer-20261126T112839Z.zip.age", {
      "diafan-counts": "studies=2, images=3, results=9, reports=2, entries=41",
    });
  breach: () => Response = () => file("diafan-breach-20261126T112839Z.pdf");
  foreseen: () => Response = () => json({ standing: null, covers: COVERS });
  restrict: () => Response = () => json(COVERS);
  studies: () => Response = () => json({ studies: STUDIES });
  preview: () => Response | Promise<Response> = () => json(EFFECT);
  rectify: () => Response = () => json(EFFECT);
  readonly bodies: Record<string, unknown>[] = [];
  readonly addresses: string[] = [];
  readonly saved: string[] = [];
  readonly #routes: FakeRoutes;

  constructor() {
    const kept = (answer: (body: never) => Response | Promise<Response>) => async (request: Request) => {
      const body = (await request.json()) as never;
      this.bodies.push(body);
      return answer(body);
    };
    const document = (request: Request) => {
      const { pathname, search, searchParams } = new URL(request.url);
      const name = pathname.split("/").at(-1);
      this.addresses.push(pathname + search);
      return file(`diafan-${name}-${searchParams.get("language")}.${searchParams.get("format") ?? "pdf"}`);
    };
    this.#routes = new FakeRoutes(
      { name: "Olga Wilk", roles: ["officer"] },
      {
        "POST /gdpr/held": kept((asked) => this.held(asked)),
        "POST /gdpr/access": kept(() => this.answer()),
        "POST /gdpr/breach": kept(() => this.breach()),
        "POST /gdpr/restriction/foreseen": kept(() => this.foreseen()),
        "POST /gdpr/restriction": kept(() => this.restrict()),
        "POST /gdpr/restriction/lift": kept(() => json({ images: 1, deliveries: 4, reports: 0 })),
        "POST /gdpr/rectification/studies": kept(() => this.studies()),
        "POST /gdpr/rectification/preview": kept(() => this.preview()),
        "POST /gdpr/rectification": kept(() => this.rectify()),
        "POST /audit/pseudonym": kept(() => json({ patient: PATIENT })),
        "GET /gdpr/*": document,
      },
    );
  }

  install(): this {
    this.#routes.install();
    URL.createObjectURL = () => "blob:0";
    URL.revokeObjectURL = () => undefined;
    const { saved } = this;
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      saved.push(this.download);
    });
    return this;
  }
}

export function file(name: string, headers: Record<string, string> = {}): Response {
  return new Response("%PDF", { headers: { "content-disposition": `attachment; filename="${name}"`, ...headers } });
}

/** An answer that comes when it is told to, and is waited for until the client has read it. */
export class Late {
  #come: ((answer: Response) => void) | undefined;
  readonly answer = () => new Promise<Response>((come) => (this.#come = come));

  async asked(): Promise<void> {
    await waitFor(() => expect(this.#come).toBeDefined());
  }

  async comes(answer: Response): Promise<void> {
    this.#come?.(answer);
    await waitFor(() => expect(answer.bodyUsed).toBe(true));
    await act(() => new Promise((done) => setTimeout(done)));
  }
}

export function ambiguous(issuers: string[]): Response {
  return problem(409, { type: "urn:diafan:problem:ambiguous-patient", issuers });
}
