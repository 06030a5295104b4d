// What of the worklist is wanted. The address holds it, so that a page can be kept and shared: but never what is searched for, which names people.
import type { Schemas } from "../api/client.ts";
import { type Label, LABELS } from "../findings/call.ts";

export type StudyStatus = Schemas["StudyStatus"];
export type Sort = Schemas["Sort"];

export interface Filter {
  status: readonly StudyStatus[];
  finding: Label | null;
  sort: Sort;
  descending: boolean;
}

export const STATUSES = [
  "received",
  "analysing",
  "reported",
  "delivered",
  "parked",
  "declined",
  "withdrawn",
  "restricted",
] as const satisfies readonly StudyStatus[];

export const SORTS = ["priority", "status", "patient", "received"] as const satisfies readonly Sort[];

/** By name one begins with A; by everything else with what is most: the newest, the most urgent. */
export function firstDirection(sort: Sort): boolean {
  return sort === "received" || sort === "priority";
}

/** Newest first: the order in which things came, which nobody's model has a say in. */
export const EVERYTHING: Filter = { status: [], finding: null, sort: "received", descending: true };

/** Reads an address; what is no word of ours is left out. */
export function readFilter(address: URLSearchParams): Filter {
  const asked = address.get("status")?.split(",") ?? [];
  const sort = SORTS.find((known) => known === address.get("sort")) ?? EVERYTHING.sort;
  const order = address.get("order");
  return {
    status: STATUSES.filter((status) => asked.includes(status)),
    finding: LABELS.find((label) => label === address.get("finding")) ?? null,
    sort,
    descending: order === "descending" || (order !== "ascending" && firstDirection(sort)),
  };
}

/** Writes an address, as short as it can be. */
export function writeFilter({ status, finding, sort, descending }: Filter): URLSearchParams {
  const address = new URLSearchParams();
  if (status.length) address.set("status", status.join(","));
  if (finding) address.set("finding", finding);
  if (sort !== EVERYTHING.sort) address.set("sort", sort);
  if (descending !== firstDirection(sort)) address.set("order", descending ? "descending" : "ascending");
  return address;
}

export function isFiltered(filter: Filter, text: string): boolean {
  return filter.status.length > 0 || filter.finding !== null || text.trim() !== "";
}
