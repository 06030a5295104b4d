// How a service fares, made up for tests.
import type { Operations, Parked } from "./read.ts";

const AT = "2026-11-25T14:35:07Z";

export function operations(part: Partial<Operations> = {}): Operations {
  return {
    at: AT,
    version: "0.1.0",
    model: {
      name: "nih-demonstration",
      version: "2.0.0",
      digest: "9".repeat(64),
      since: "2026-11-22T08:00:00Z",
      problem: "",
    },
    workers: 4,
    reports_due: 1,
    quiet_period_s: 5,
    last_received_at: "2026-11-25T14:34:59Z",
    disk: { free_bytes: 484e9, total_bytes: 512e9, reserve_bytes: 256e6 },
    database: { version: "18.0", answer_ms: 4 },
    audit_log: { entries: 12_481, waiting: 0, behind_s: null },
    identity: { kind: "provider", issuer: "https://id.example" },
    listener: { ae_title: "DIAFAN", host: "0.0.0.0", port: 11112 },
    queues: [
      { name: "analyse", due: 2, running: 2, later: 0, oldest_s: 1.2 },
      { name: "deliver:orthanc", due: 4, running: 1, later: 2, oldest_s: 3 },
    ],
    destinations: [
      {
        name: "orthanc",
        kind: "pacs",
        address: "ORTHANC@pacs.example:104",
        unfinished: 7,
        parked: 2,
        delivered_last_hour: 50,
        delivered_last_day: 1204,
        last_delivered_at: "2026-11-25T14:34:00Z",
        last_error: "status 0xA700: Refused: Out of Resources",
        failing: 0,
      },
    ],
    spans: Array.from({ length: 96 }, (_, at) => ({
      begins_at: new Date(Date.parse("2026-11-24T14:45:00Z") + at * 15 * 60_000).toISOString(),
      received: at % 5,
      declined: at === 95 ? 3 : 0,
      analysed: at % 5,
      reported: at % 4,
      delivered: at % 7,
      p50_s: at % 5 ? 0.9 : null,
      p95_s: at % 5 ? 1.4 : null,
    })),
    speed: { p50_s: 0.9, p95_s: 1.4 },
    declined: [
      { code: "own-result", count: 14 },
      { code: "something-new", count: 1 },
    ],
    refused: [{ code: "unreadable", count: 1 }],
    ...part,
  };
}

export function parked(number: number, part: Partial<Parked> = {}): Parked {
  return {
    kind: "delivery",
    id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    study_instance_uid: `1.2.${number}`,
    destination: "orthanc",
    parcel: "results",
    attempts: 1,
    since: new Date(Date.parse(AT) - (100 - number) * 60_000).toISOString(),
    code: "",
    reason: `orthanc has said no ${number}`,
    can_retry: true,
    ...part,
  };
}
