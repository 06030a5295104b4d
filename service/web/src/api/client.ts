// The API as functions with types, made from its OpenAPI document; every failure leaves here as an error of ours.
import createClient from "openapi-fetch";

import { isAttended, UNATTENDED } from "./attended.ts";
import { ProblemError, UnreachableError, passes } from "./problem.ts";
import { heard, unheard } from "./reach.ts";
import type { components, paths } from "./schema.d.ts";

export type Schemas = components["schemas"];

/** Looked up at each request, so that a test can stand in for the network. */
const fetchNow: typeof fetch = (input, init) => fetch(input, init);

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => {
    if (!isAttended()) request.headers.set(UNATTENDED, "?1");
    return fetchNow(request);
  },
});

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Who is told that the API knows nobody here (any more). */
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/**
 * Returns what the API answered; throws ProblemError, UnreachableError.
 *
 * `asksWho`: the question was who is signed in, so that "nobody" is no news that would have it asked again.
 */
export async function answered<Data>(asked: Promise<Answer<Data>>, { asksWho = false } = {}): Promise<Data> {
  let answer: Answer<Data>;
  try {
    answer = await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    unheard();
    throw new UnreachableError("no answer", { cause: error });
  }
  if (answer.response.ok) {
    heard();
    return answer.data as Data;
  }
  const members = typeof answer.error === "object" && answer.error !== null ? { ...answer.error } : {};
  const problem = new ProblemError(answer.response.status, members);
  if (passes(problem)) unheard();
  else heard();
  if (problem.status === 401 && !asksWho) onSignedOut();
  throw problem;
}
