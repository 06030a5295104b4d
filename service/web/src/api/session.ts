// Who is signed in with this browser, and how that begins and ends.
import { useQuery, type QueryClient } from "@tanstack/react-query";

import { answered, api, type Schemas, whenSignedOut } from "./client.ts";
import { isStatus } from "./problem.ts";

export type Session = Schemas["SessionView"];
export type Role = Session["roles"][number];

/** Nobody is signed in; `ended`: somebody was. */
export interface Nobody {
  ended: boolean;
}

export const SESSION = ["session"] as const;

/** Where the tab that signs in again comes back to. */
export const SIGNED_IN_PATH = "signed-in";

export async function readSession(): Promise<Session | Nobody> {
  try {
    return await answered(api.GET("/session"), { asksWho: true });
  } catch (error) {
    if (isStatus(error, 401)) return { ended: error.reason === "session-expired" };
    throw error;
  }
}

export function isSomebody(session: Session | Nobody | undefined): session is Session {
  return session !== undefined && "subject" in session;
}

export function useSessionQuery() {
  return useQuery({
    queryKey: SESSION,
    queryFn: readSession,
    staleTime: Infinity,
    refetchOnWindowFocus: "always",
  });
}

/** Has every 401 of any request look who is signed in. */
export function watchForSignOut(queries: QueryClient): void {
  whenSignedOut(() => {
    const known = queries.getQueryData<Session | Nobody>(SESSION);
    if (isSomebody(known)) void queries.invalidateQueries({ queryKey: SESSION });
  });
}

/** Where a browser goes to sign in, and then comes back to `path` of the client. */
export function signInAddress(path: string): string {
  return `/sign-in?next=${encodeURIComponent(`/app/${path.replace(/^\/+/, "")}`)}`;
}

/** Ends the session here, or all that this person has, and leaves: to the provider where there is something to end, too. */
export async function signOut(everywhere: boolean): Promise<void> {
  const { end_session_url: elsewhere } = await answered(api.POST("/sign-out", { params: { query: { everywhere } } }));
  tellTabs("signed-out");
  window.location.assign(elsewhere ?? "/app/");
}

export type News = "signed-in" | "signed-out";
export const CHANNEL = "diafan-session";
const THIS_TAB = crypto.randomUUID();

export interface Told {
  news: News;
  from: string;
}

/** Tells the other tabs of this browser. */
export function tellTabs(news: News): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ news, from: THIS_TAB } satisfies Told);
  channel.close();
}

/** Hears what other tabs tell; returns how to stop. */
export function hearTabs(listener: (news: News) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data: { news, from } }: MessageEvent<Told>) => {
    if (from !== THIS_TAB) listener(news);
  };
  return () => channel.close();
}
