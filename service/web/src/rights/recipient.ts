// Whether what was typed are public keys of age; its check letters are judged by the service.

export type KeyFault = "missing" | "secret" | "wrong" | "many";

const MOST = 8;
const PUBLIC = /^age1[02-9ac-hj-np-z]{58}$/;

/** The keys, one on each line or between blanks. */
export function keysIn(typed: string): readonly string[] {
  return typed.split(/\s+/).filter(Boolean);
}

export function faultOf(typed: string): KeyFault | null {
  const keys = keysIn(typed);
  if (/AGE-SECRET-KEY/i.test(typed)) return "secret";
  if (keys.length === 0) return "missing";
  if (keys.length > MOST) return "many";
  return keys.every((key) => PUBLIC.test(key)) ? null : "wrong";
}

/** A key that can be told from others at a glance. */
export function shortKey(key: string): string {
  return `${key.slice(0, 10)}…${key.slice(-6)}`;
}
