// One file on its way: XMLHttpRequest, because it tells how much has left, and what came of it.
import type { Schemas } from "../api/client.ts";

export type Uploaded = Schemas["UploadedFile"];

/** What came of one try. `lost`: nobody answered; `answer`: somebody did, whatever it says. */
export type Outcome =
  | { kind: "answer"; status: number; body: unknown; afterS: number | null }
  | { kind: "lost" }
  | { kind: "stopped"; mayHaveArrived: boolean };

export interface Transfer {
  outcome: Promise<Outcome>;
  stop: () => void;
}

export interface Load {
  file: Blob;
  parts: Readonly<Record<string, string>>;
  /** `sent` of `all` bytes have left; all of them: Diafan is storing it. */
  onProgress: (sent: number, all: number) => void;
}

export type Send = (load: Load) => Transfer;

/** A dead connection may say nothing for hours. */
const SILENCE_MS = 60_000;
/** A full disk queue may take its time to store a file. */
const STORING_MS = 180_000;

/** Sends one file. Its name stays here: names of files are names of people. */
export const send: Send = ({ file, parts, onProgress }) => {
  const request = new XMLHttpRequest();
  let silence: ReturnType<typeof setTimeout> | undefined;
  let hasLeft = false;
  const outcome = new Promise<Outcome>((resolve) => {
    const end = (how: Outcome) => {
      clearTimeout(silence);
      resolve(how);
    };
    let isSilent = false;
    const hear = (patience_ms: number) => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        isSilent = true;
        request.abort();
      }, patience_ms);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      hear(SILENCE_MS);
      onProgress(loaded, total);
    };
    request.upload.onload = () => {
      hasLeft = true;
      hear(STORING_MS);
      onProgress(1, 1);
    };
    request.onload = () =>
      end({ kind: "answer", status: request.status, body: parsed(request.responseText), afterS: wait(request) });
    request.onerror = () => end({ kind: "lost" });
    request.onabort = () => end(isSilent ? { kind: "lost" } : { kind: "stopped", mayHaveArrived: hasLeft });
    const form = new FormData();
    for (const [name, value] of Object.entries(parts)) form.append(name, value);
    form.append("files", file, "image");
    request.open("POST", "/studies");
    request.setRequestHeader("Accept", "application/json");
    hear(SILENCE_MS);
    request.send(form);
  });
  return { outcome, stop: () => request.abort() };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Something between us and Diafan answered: its words are for nobody here.
    return null;
  }
}

function wait(request: XMLHttpRequest): number | null {
  const seconds = Number(request.getResponseHeader("Retry-After") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}
