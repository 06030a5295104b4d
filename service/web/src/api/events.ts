// The server tells which studies changed, as it happens (server-sent events).
import { useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { SESSION } from "./session.ts";

/** The studies that changed; null: anything may have. */
export type Changed = readonly string[] | null;

const AGAIN_MS = 5000;

/** Calls `onChanged` for every change; returns whether changes are heard now. */
export function useChanges(onChanged: (changed: Changed) => void): boolean {
  const [live, setLive] = useState(false);
  const listener = useRef(onChanged);
  const queries = useQueryClient();
  useEffect(() => {
    listener.current = onChanged;
  });
  useEffect(() => {
    let source: EventSource;
    let again: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      source = new EventSource("/events");
      source.onopen = () => setLive(true);
      source.addEventListener("studies", (event: MessageEvent<string>) => listener.current(read(event.data)));
      source.addEventListener("session", () => void queries.invalidateQueries({ queryKey: SESSION }));
      source.onerror = () => {
        setLive(false);
        // A browser tries again by itself, unless it was refused: then the session may have ended.
        if (source.readyState !== EventSource.CLOSED) return;
        void queries.invalidateQueries({ queryKey: SESSION });
        again = setTimeout(listen, AGAIN_MS);
      };
    };
    listen();
    return () => {
      clearTimeout(again);
      source.close();
    };
  }, [queries]);
  return live;
}

function read(data: string): Changed {
  const told: unknown = JSON.parse(data);
  return Array.isArray(told) ? told.filter((uid) => typeof uid === "string") : null;
}
