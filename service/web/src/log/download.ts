// What an officer takes along, as files: asked for as everything is, so that a failure is said, and no half of a file is kept.
import { answered, api } from "../api/client.ts";
import { queryOf } from "./read.ts";
import type { Wanted } from "./wanted.ts";

export type Form = "ndjson" | "csv";

export interface File {
  name: string;
  /** The browser keeps what is large on its disk. */
  content: Blob;
}

/** Has the entries that are wanted written: `named`, with whom pseudonyms stand for. An empty file: the log is empty. */
export async function exportEntries(wanted: Wanted, form: Form, named: boolean, signal: AbortSignal): Promise<File> {
  const query = { ...queryOf(wanted, Date.now()), format: form, named };
  const asked = api.GET("/audit/export", { params: { query }, parseAs: "blob", signal });
  const content = await answered(asked);
  const { response } = await asked;
  const [, told] = /filename="([\w.-]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return { name: told ?? `diafan-audit.${form}`, content };
}

export async function takeCheckpoint(signal: AbortSignal): Promise<File> {
  const content = await answered(api.GET("/audit/checkpoint", { parseAs: "blob", signal }));
  return { name: `diafan-checkpoint-${stamp(new Date())}.txt`, content };
}

export async function takeKey(signal: AbortSignal): Promise<File> {
  return {
    name: "diafan-audit-key.pem",
    content: await answered(api.GET("/audit/public-key", { parseAs: "blob", signal })),
  };
}

/** Hands a file to the browser, which saves it. */
export function save({ name, content }: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** 20261126T112839Z, as the service stamps its files. */
function stamp(now: Date): string {
  return `${now.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}
