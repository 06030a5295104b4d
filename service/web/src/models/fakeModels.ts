// Models for tests: the one that ships with Diafan, with its real evaluation, and others beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { LABELS } from "../findings/call.ts";
import type { Model, Standing } from "./read.ts";

const BUNDLED = join(import.meta.dirname, "../../../../models/weights/nih-demonstration");

export const fileOf = (name: string): string => readFileSync(join(BUNDLED, name), "utf8");
export const jsonOf = (name: string): unknown => JSON.parse(fileOf(name));

interface Manifest {
  outputs: {
    label: Standing["label"];
    calibration: unknown;
    operating_point: { threshold: number; low: number; high: number } | null;
    not_assessed_because: string;
    positives: Standing["positives"];
  }[];
}

export const DIGEST = (jsonOf("evaluation.json") as { digest: string }).digest;

export function bundled(part: Partial<Model> = {}): Model {
  const { outputs } = jsonOf("manifest.json") as Manifest;
  return {
    name: "nih-demonstration",
    version: "2.0.0",
    digest: DIGEST,
    in_use: true,
    since: "2026-11-22T08:00:00Z",
    evaluated: true,
    explained: true,
    pictures: ["auroc", "reliability", "subgroups", "faithfulness-curves", "faithfulness-examples"],
    weights_sha256: "7".repeat(64),
    precision: "fp32",
    detail_px: 128,
    map_cells: 8,
    labels: outputs.map(({ label, calibration, operating_point: point, not_assessed_because: why, positives }) => ({
      label,
      tier: point ? "assessed" : calibration ? "exploratory" : "not assessed",
      not_assessed_because: why,
      threshold: point?.threshold ?? null,
      indeterminate: point ? [point.low, point.high] : null,
      positives,
    })),
    ...part,
  };
}

/** A model that nobody has evaluated: all that it says is exploratory. */
export function imported(part: Partial<Model> = {}): Model {
  return {
    ...bundled(),
    name: "chest",
    version: "1",
    digest: "c".repeat(64),
    in_use: false,
    since: null,
    evaluated: false,
    explained: false,
    pictures: [],
    labels: LABELS.map((label) => ({
      label,
      tier: "exploratory",
      not_assessed_because: "it was not evaluated here",
      threshold: null,
      indeterminate: null,
      positives: { train: 0, valid: 0, test: 0 },
    })),
    ...part,
  };
}
