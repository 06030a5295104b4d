// What can go wrong on the way to the API: it refused (RFC 9457), or it could not be reached.

/** The API's refusal; `kind` is the last word of the problem's type, for programs. Its detail holds no patient data. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly kind: string;
  readonly reason: string;
  /** The number under which the log and the audit log know the request. */
  readonly requestId: string;

  constructor(status: number, members: Readonly<Record<string, unknown>>) {
    super(word(members, "detail") || word(members, "title") || String(status));
    this.status = status;
    this.kind = word(members, "type").split(":").at(-1) ?? "";
    this.reason = word(members, "reason");
    this.requestId = word(members, "instance").replace("urn:uuid:", "");
  }
}

/** Nobody answered, or something between us and Diafan did. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

function word(members: Readonly<Record<string, unknown>>, name: string): string {
  const value = members[name];
  return typeof value === "string" ? value : "";
}

/** Tells whether trying the same again may work by itself. */
export function passes(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ProblemError && [502, 503, 504].includes(error.status));
}

/** The patient's data are restricted (GDPR Art. 18): nobody is shown them. */
export function isRestricted(error: unknown): boolean {
  return isStatus(error, 403) && error.kind === "restricted";
}

export function isStatus(error: unknown, status: number): error is ProblemError {
  return error instanceof ProblemError && error.status === status;
}
