// One study behind an API that answers from memory, and its page as a physician sees it: what the tests of this folder stand on.
import { render, type RenderResult, screen } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";

import { createQueries, Surroundings } from "../app.tsx";
import type { Schemas } from "../api/client.ts";
import type { Label } from "../findings/call.ts";
import { Shell } from "../shell/Shell.tsx";
import { FakeApi, json, problem, SOMEBODY, study } from "../testing/fakeApi.ts";
import { FakeEvents } from "../testing/fakeEvents.ts";
import { FakeViewer } from "./image/fakeViewer.ts";
import type { EvidenceMap, ImageSummary, StudyDetail, StudyFinding, StudyReview } from "./read.ts";
import StudyPage from "./StudyPage.tsx";

export const UID = "2.25.2";
export const DIGEST = "d".repeat(64);
const SOP = "2.25.20";

export function image(id: string, part: Partial<ImageSummary> = {}): ImageSummary {
  return {
    id,
    sop_instance_uid: SOP,
    revision: 1,
    state: "analysed",
    reason_code: "",
    reason: "",
    received_at: "2026-01-31T12:00:00Z",
    analysed_at: "2026-01-31T12:00:05Z",
    pixels_expired_at: null,
    evidence_expired_at: null,
    ...part,
  };
}

function finding(
  label: Label,
  call: StudyFinding["call"],
  probability: number,
  part: Partial<StudyFinding> = {},
): StudyFinding {
  const sop_instance_uid = SOP;
  return {
    label,
    tier: "assessed",
    call,
    probability,
    threshold: 0.5,
    logit: 0,
    not_assessed_because: "",
    sop_instance_uid,
    ...part,
  };
}

const SILENT = { probability: null, threshold: null, logit: null, sop_instance_uid: null };
export const FINDINGS: StudyFinding[] = [
  finding("No Finding", "absent", 0.21),
  finding("Lung Opacity", "present", 0.63),
  finding("Pleural Effusion", "indeterminate", 0.52),
  finding("Pneumonia", "not assessed", 0, { ...SILENT, tier: "exploratory" }),
  finding("Fracture", "not assessed", 0, { ...SILENT, tier: "not assessed" }),
];

const MAPS: EvidenceMap[] = FINDINGS.filter(({ tier }) => tier !== "not assessed").map(
  ({ label, tier, call, probability, threshold, logit }) => ({
    label,
    tier,
    call,
    probability: probability ?? 0.33,
    threshold,
    logit,
    cells: [
      [0, 0.1],
      [-0.2, 0],
    ],
    peak: label === "No Finding" ? null : [0, 1],
  }),
);

export class FakeStudy {
  readonly api = new FakeApi();
  readonly viewer = new FakeViewer();
  /** What was sent that changes something: its method, its path below the study, its body. */
  readonly sent: { method: string; path: string; body: unknown }[] = [];
  /** Stands in for the next answers, when it returns one. */
  refuse: (method: string, path: string) => Response | Error | undefined = () => undefined;
  detail: StudyDetail = {
    study_instance_uid: UID,
    first_seen_at: "2026-01-31T12:00:00Z",
    images: { analysed: 1 },
    report_revision: 1,
    report_pending: false,
    status: "preliminary",
    intended_use: "research use, not for diagnosis",
    withdrawn_at: null,
    withdrawn_because: null,
    park_reason: "",
    report: { revision: 1, status: "preliminary", created_at: "2026-01-31T12:00:06Z" },
    received: [image("i1")],
    findings: FINDINGS,
    deliveries: [],
  };
  review: StudyReview = {
    study_instance_uid: UID,
    state: "none",
    report_revision: 1,
    report_pending: false,
    draft: null,
    reviews: [],
    standing: null,
    second_opinions: [],
    signs_as: "first",
    obstacle: null,
    missing: [],
  };

  constructor() {
    this.api.studies = [study(1), study(2, { patient_name: "Nowak^Stanisław" }), study(3)];
    this.api.session = () => json({ ...SOMEBODY, scopes: [...SOMEBODY.scopes, "review.write"] });
    HTMLCanvasElement.prototype.getContext = () => null;
    Element.prototype.scrollIntoView = () => undefined;
    this.api.install();
    const others = globalThis.fetch;
    vi.stubGlobal("fetch", async (input: RequestInfo | URL) => {
      const request = input instanceof Request ? input : new Request(new URL(input, window.location.origin));
      return (await this.#answer(request)) ?? others(request);
    });
  }

  async #answer(request: Request): Promise<Response | undefined> {
    const { pathname, search } = new URL(request.url);
    const path = pathname.replace(`/studies/${UID}`, "") || "/";
    if (request.method !== "GET" && pathname.startsWith("/studies/")) {
      const body: unknown = request.method === "DELETE" ? null : await request.json();
      this.sent.push({ method: request.method, path, body });
    }
    const refused = this.refuse(request.method, path + search);
    if (refused instanceof Error) throw refused;
    return refused ?? this.#told(request.method, path, search);
  }

  #told(method: string, path: string, search: string): Response | undefined {
    switch (`${method} ${path}`) {
      case "GET /":
        return json(this.detail);
      case "GET /review":
        return json(this.review);
      case "GET /earlier":
        return json({ studies: [] });
      case "PUT /review/draft":
        this.review.draft = {
          ...(this.sent.at(-1)?.body as Schemas["DraftToSave"]),
          version: (this.review.draft?.version ?? 0) + 1,
          saved_at: "2026-01-31T14:35:00Z",
        };
        return json(this.review.draft);
      case "POST /review/sign":
        return json(this.sign(), 201);
      case "POST /review/second-opinion":
        this.review.second_opinions = [
          { ...QUESTION, question: (this.sent.at(-1)?.body as { question: string }).question },
        ];
        this.review.signs_as = null;
        return json(this.review.second_opinions[0], 201);
      case "DELETE /review/second-opinion":
        this.review.second_opinions = [];
        this.review.signs_as = "first";
        return json(QUESTION);
      case "GET /images/i1":
        return json({
          ...image("i1"),
          study_instance_uid: UID,
          modality: "DX",
          model: { name: "m", version: "1", digest: DIGEST },
        });
      case "GET /images/i1/evidence": {
        const maps = search.includes("exploratory=true") ? MAPS : MAPS.filter(({ tier }) => tier === "assessed");
        return json({ image_id: "i1", cell_mm: [43.2, 42.8], maps });
      }
      case "GET /colours":
        return json({
          full_scale_logit: 0.15,
          steps: Array.from({ length: 256 }, (_, step) => [step, 0, 0, step / 255]),
        });
      case "GET /models":
        return json({ models: [MODEL] });
      case "GET /models/" + DIGEST + "/evaluation":
        return problem(404);
      default:
        return undefined;
    }
  }

  /** What the server does with a signature: the draft becomes it. */
  sign(part: Partial<Schemas["SignedReview"]> = {}): Schemas["SignedReview"] {
    const { draft } = this.review;
    const signed: Schemas["SignedReview"] = {
      id: `r${this.review.reviews.length}`,
      kind: this.review.signs_as ?? "first",
      name: "Dr Anna Kurek",
      is_yours: true,
      report_revision: this.review.report_revision,
      verdicts: draft?.verdicts ?? [],
      regions: draft?.regions ?? [],
      text: draft?.text ?? "",
      findings: FINDINGS.map(({ label, call, probability, threshold }) => ({
        label,
        call,
        probability,
        threshold,
        image_sha256: "",
        model_digest: DIGEST,
      })),
      supersedes: null,
      signed_at: "2026-01-31T14:40:00Z",
      ...part,
    };
    this.review = {
      ...this.review,
      draft: null,
      reviews: [...this.review.reviews, signed],
      standing: signed.id,
      signs_as: "amendment",
    };
    return signed;
  }

  /** Tells the page that the study changed. */
  change(): void {
    FakeEvents.last.tell("studies", [UID]);
  }

  /** Draws the page, and waits until it says something. */
  async draw(words = "What the model says"): Promise<RenderResult & { router: ReturnType<typeof createMemoryRouter> }> {
    const page = <StudyPage openViewer={this.viewer.opener} />;
    const routes = [
      {
        path: "/",
        element: <Shell />,
        children: [
          { path: "studies/:uid", element: page },
          { path: "worklist", element: <p>The worklist</p> },
        ],
      },
    ];
    const router = createMemoryRouter(routes, { initialEntries: [`/studies/${UID}`] });
    const queries = createQueries();
    queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retryDelay: 1 } });
    const drawn = render(
      <Surroundings queries={queries}>
        <RouterProvider router={router} />
      </Surroundings>,
    );
    await screen.findByText(words);
    return { ...drawn, router };
  }
}

export const QUESTION: Schemas["SecondOpinion"] = {
  id: "q",
  name: "Dr Anna Kurek",
  is_yours: true,
  question: "",
  asked_of: "",
  asked_at: "2026-01-31T14:36:00Z",
  answered_by: null,
  withdrawn_at: null,
};

const MODEL = {
  name: "m",
  version: "1",
  digest: DIGEST,
  in_use: true,
  labels: FINDINGS.map(({ label, tier }) => ({
    label,
    tier,
    not_assessed_because: tier === "not assessed" ? "the training data never had it" : "",
    threshold: tier === "assessed" ? 0.5 : null,
    indeterminate: tier === "assessed" ? [0.45, 0.55] : null,
  })),
};
