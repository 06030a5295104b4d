// The server's policy lets no text become a script (Trusted Types). Cornerstone starts its decoder from an address: ours only.

interface TrustedTypes {
  createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => unknown;
  defaultPolicy: unknown;
}

/** Lets this page start workers from the client's own files, and from nowhere else. */
export function allowWorkers(): void {
  const { trustedTypes } = window as unknown as { trustedTypes?: TrustedTypes };
  if (!trustedTypes || trustedTypes.defaultPolicy) return;
  trustedTypes.createPolicy("default", { createScriptURL: ownFile });
}

/** Returns an address of a file that was built with the client; raises TypeError for any other. */
export function ownFile(address: string): string {
  const { origin, pathname } = new URL(address, document.baseURI);
  if (origin !== window.location.origin || !pathname.startsWith("/app/assets/"))
    throw new TypeError("a script from elsewhere");
  return address;
}
