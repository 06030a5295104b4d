// Reading the worklist. What is wanted travels as a body: a search names people, and addresses end up in logs.
import { answered, api, type Schemas } from "../api/client.ts";
import type { Filter } from "./filter.ts";

export type Study = Schemas["WorklistStudy"];
export type Part = Schemas["Worklist"];

export interface Wanted extends Filter {
  text: string;
}

/** How many studies are read at a time; the API gives no more than 200. */
export const PAGE = 100;

interface Window {
  offset?: number;
  limit?: number;
  /** Only these, if they are wanted at all. */
  studies?: readonly string[];
}

export function readWorklist(wanted: Wanted, window: Window, signal?: AbortSignal): Promise<Part> {
  const { status, finding, sort, descending, text } = wanted;
  return answered(
    api.POST("/worklist", {
      body: {
        status: [...status],
        review: [],
        finding,
        text: text.trim(),
        sort,
        descending,
        offset: window.offset ?? 0,
        limit: window.limit ?? PAGE,
        studies: [...(window.studies ?? [])],
      },
      ...(signal ? { signal } : {}),
    }),
  );
}
