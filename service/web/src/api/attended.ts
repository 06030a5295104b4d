// Whether somebody is at this page. What it asks by itself meanwhile must not keep a forgotten session alive.
const AWAY_AFTER_MS = 60_000;
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "focus"] as const;

/** With it the server takes a request for no use of the session. */
export const UNATTENDED = "Diafan-Unattended";

let seenAt = Date.now();
for (const sign of SIGNS_OF_LIFE)
  window.addEventListener(sign, () => (seenAt = Date.now()), { passive: true, capture: true });

export function isAttended(): boolean {
  return Date.now() - seenAt < AWAY_AFTER_MS;
}
