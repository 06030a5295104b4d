// The kinds of acts, gathered as somebody looks for them.
import type { EventType } from "./act.ts";

export const GROUPS = {
  looks: ["study-shown", "studies-queried"],
  signIns: ["user-signed-in", "user-signed-out", "sessions-ended", "sign-in-refused", "token-issued"],
  refused: ["access-denied", "token-refused", "sign-in-refused", "association-refused"],
  exports: ["audit-exported", "verdicts-exported", "access-answered"],
  rights: [
    "access-answered",
    "patient-rectified",
    "patient-restricted",
    "patient-released",
    "patient-erased",
    "study-erased",
    "pixels-expired",
  ],
  images: [
    "association-opened",
    "instance-received",
    "instance-uploaded",
    "instance-revised",
    "instance-already-held",
    "instance-declined",
    "instance-refused",
    "instance-conflicting",
    "image-analysed",
    "image-parked",
    "image-retried",
    "patient-changed",
  ],
  reports: ["object-written", "report-written", "report-parked", "report-retried", "study-withdrawn"],
  reviews: [
    "verdict-given",
    "verdict-amended",
    "second-opinion-asked",
    "second-opinion-withdrawn",
    "second-opinion-given",
  ],
  deliveries: ["transfer-begun", "transfer-ended", "delivery-parked", "delivery-retried"],
  corrections: [
    "image-retried",
    "report-retried",
    "delivery-retried",
    "instance-revised",
    "patient-changed",
    "verdict-amended",
    "second-opinion-withdrawn",
    "study-withdrawn",
    "patient-rectified",
    "study-erased",
    "patient-erased",
  ],
  models: ["model-changed", "model-in-use"],
  log: ["audit-read", "audit-exported", "audit-retired", "log-contradicted"],
  service: [
    "service-started",
    "service-stopped",
    "configuration-in-use",
    "configuration-changed",
    "client-key-changed",
    "subject-key-changed",
    "clock-stepped",
  ],
} as const satisfies Record<string, readonly EventType[]>;

export type Group = keyof typeof GROUPS;
export const GROUP_NAMES = Object.keys(GROUPS) as Group[];

/** What is looked for: a group, one kind, or everything. */
export type What = Group | EventType | "";

/** A kind of the API that is in no group makes this line red. */
export type NoKindIsMissing = EventType extends (typeof GROUPS)[Group][number] ? true : never;
export const noKindIsMissing: NoKindIsMissing = true;

/** These gather kinds out of other groups, too. */
const GATHERED: readonly Group[] = ["refused", "exports", "corrections"];

/** Every kind, once. */
export const KINDS: readonly EventType[] = [
  ...new Set(GROUP_NAMES.flatMap((name): readonly EventType[] => GROUPS[name])),
];

/** The kinds of a group that are chosen there: a choice has one place for each, and that is not where it is gathered. */
export function ownKinds(group: Group): readonly EventType[] {
  const others = GROUP_NAMES.filter((name) => !GATHERED.includes(name));
  const taken = new Set(others.flatMap((name): readonly EventType[] => GROUPS[name]));
  return GROUPS[group].filter((kind) => !GATHERED.includes(group) || !taken.has(kind));
}

export function isGroup(what: string): what is Group {
  return what in GROUPS;
}

export function isKind(what: string): what is EventType {
  return (KINDS as readonly string[]).includes(what);
}

/** The kinds that are asked for; none: all of them. */
export function kindsOf(what: What): readonly EventType[] {
  if (what === "") return [];
  return isGroup(what) ? GROUPS[what] : [what];
}
