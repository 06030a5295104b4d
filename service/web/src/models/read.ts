// What the models page reads of the API, and the one thing that it changes.
import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client.ts";
import { readEvaluation } from "./evaluation.ts";
import { readFaithfulness } from "./faithfulness.ts";

export type Model = Schemas["ModelLine"];
export type Standing = Schemas["ModelLabel"];
export type Tier = Standing["tier"];
export type Picture = Model["pictures"][number];

export const TIERS = ["assessed", "exploratory", "not assessed"] as const satisfies readonly Tier[];
export const MODELS = ["models"] as const;

export const modelsQuery = queryOptions({
  queryKey: MODELS,
  // The client's types make lists of pairs: they are pairs.
  queryFn: async ({ signal }) => (await answered(api.GET("/models", { signal }))).models as Model[],
  staleTime: 60_000,
});

// A digest stands for one model for ever; only its evaluation may be made anew.
const KEPT_MS = 5 * 60_000;
const path = (digest: string) => ({ params: { path: { digest } } });

export function evaluationQuery({ digest, evaluated }: Pick<Model, "digest" | "evaluated">) {
  return queryOptions({
    queryKey: [...MODELS, digest, "evaluation"],
    queryFn: async ({ signal }) =>
      readEvaluation(await answered(api.GET("/models/{digest}/evaluation", { ...path(digest), signal })), digest),
    staleTime: KEPT_MS,
    enabled: evaluated,
  });
}

export function faithfulnessQuery({ digest, explained }: Pick<Model, "digest" | "explained">) {
  return queryOptions({
    queryKey: [...MODELS, digest, "faithfulness"],
    queryFn: async ({ signal }) =>
      readFaithfulness(await answered(api.GET("/models/{digest}/faithfulness", { ...path(digest), signal })), digest),
    staleTime: KEPT_MS,
    enabled: explained,
  });
}

export function cardQuery({ digest, evaluated }: Pick<Model, "digest" | "evaluated">) {
  return queryOptions({
    queryKey: [...MODELS, digest, "card"],
    queryFn: ({ signal }) => answered(api.GET("/models/{digest}/card", { ...path(digest), signal, parseAs: "text" })),
    staleTime: KEPT_MS,
    enabled: evaluated,
  });
}

export function pictureAddress(digest: string, picture: Picture): string {
  return `/models/${digest}/pictures/${picture}`;
}

/** Has another model answer; throws ProblemError (409) with the reason where it is refused. */
export async function choose(digest: string): Promise<boolean> {
  return (await answered(api.POST("/model", { body: { digest } }))).changed;
}

export const titleOf = ({ name, version }: Pick<Model, "name" | "version">) => `${name} ${version}`;
