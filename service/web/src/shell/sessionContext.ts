// The person that the page belongs to, for every part of it.
import { createContext, use } from "react";

import type { Session } from "../api/session.ts";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("there is no SessionGate around this");
  return session;
}
