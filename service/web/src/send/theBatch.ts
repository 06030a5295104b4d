// The one batch of this window, bound to the person who began it: nothing of it is ever sent as somebody else.
import { useEffect, useSyncExternalStore } from "react";
import { hashKey, type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";

import { answered, api } from "../api/client.ts";
import { ask, isReached, whenBack } from "../api/reach.ts";
import { hearTabs, isSomebody, type Nobody, SESSION, type Session } from "../api/session.ts";
import { useSession } from "../shell/sessionContext.ts";
import { Batch, type Snapshot } from "./batch.ts";
import { send } from "./transfer.ts";

let queries: QueryClient | null = null;
let owner = "";

export const batch = new Batch({
  send,
  ask: async () => {
    await ask();
    return isReached();
  },
  onSignedOut: () => {
    void queries?.invalidateQueries({ queryKey: SESSION });
  },
});

/** Has the batch follow who is signed in: it waits for its owner, and is forgotten when somebody else comes. */
function follow(client: QueryClient): void {
  if (queries === client) return;
  queries = client;
  const look = (session: Session | Nobody | undefined) => {
    if (!isSomebody(session)) return;
    if (session.subject === owner) batch.release("session");
    else batch.clear();
  };
  client.getQueryCache().subscribe((event) => {
    if (event.type === "updated" && event.action.type === "success" && event.query.queryHash === hashKey(SESSION))
      look(event.query.state.data as Session | Nobody | undefined);
  });
  hearTabs((news) => {
    if (!batch.isUnsent) return;
    // Another tab may have changed who this browser is.
    batch.hold("session");
    if (news !== "signed-out") void client.refetchQueries({ queryKey: SESSION });
  });
  whenBack(() => batch.release("away"));
}

// What is unsent would be lost with the window.
window.addEventListener("beforeunload", (event) => {
  if (batch.isUnsent) event.preventDefault();
});

export function useBatch(): Snapshot {
  const client = useQueryClient();
  const { subject } = useSession();
  useEffect(() => {
    owner = subject;
    follow(client);
  }, [client, subject]);
  return useSyncExternalStore(batch.subscribe, batch.now);
}

/** How much may be sent at a time; null: not known yet. */
export function useLargestBytes(): number | null {
  const { data } = useQuery({
    queryKey: ["upload-limits"],
    queryFn: ({ signal }) => answered(api.GET("/upload-limits", { signal })),
    staleTime: Infinity,
  });
  const largest = data?.largest_bytes ?? null;
  useEffect(() => {
    if (largest !== null) batch.largestBytes = largest;
  }, [largest]);
  return largest;
}
