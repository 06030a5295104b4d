// The studies before and after one, in the worklist that the reader came from.
import { useCallback } from "react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "react-router";

import { readFilter } from "../worklist/filter.ts";
import { remember, remembered } from "../worklist/memory.ts";
import { readWorklist, type Part, type Wanted } from "../worklist/read.ts";

/** Beyond so many rows from where it was, a study is not looked for. */
const REACH = 100;

export interface Neighbour {
  uid: string;
  row: number;
}

export interface Neighbours {
  /** From 1. */
  place: number;
  total: number;
  previous: Neighbour | null;
  next: Neighbour | null;
}

/** What the worklist gives along when it opens a study: its filter as an address has it, which names nobody. */
export interface CameFrom {
  worklist: string;
}

function cameFrom(state: unknown): string {
  const given = typeof state === "object" && state !== null && "worklist" in state ? state.worklist : "";
  return typeof given === "string" ? given : "";
}

export function neighboursIn({ total, offset, studies }: Part, uid: string): Neighbours | null {
  const at = studies.findIndex((study) => study.study_instance_uid === uid);
  if (at < 0) return null;
  const beside = (step: number): Neighbour | null => {
    const study = studies[at + step];
    return study ? { uid: study.study_instance_uid, row: offset + at + step } : null;
  };
  return { place: offset + at + 1, total, previous: beside(-1), next: beside(1) };
}

async function read(wanted: Wanted, uid: string, row: number, signal: AbortSignal): Promise<Neighbours | null> {
  const near = await readWorklist(wanted, { offset: Math.max(0, row - 1), limit: 3 }, signal);
  const found = neighboursIn(near, uid);
  if (found) return found;
  // The list has moved since.
  return neighboursIn(await readWorklist(wanted, { offset: Math.max(0, row - REACH), limit: 2 * REACH }, signal), uid);
}

export function useNeighbours(uid: string) {
  const { state } = useLocation() as { state: unknown };
  const navigate = useNavigate();
  const address = cameFrom(state);
  const { data } = useQuery({
    queryKey: ["neighbours", uid, address],
    queryFn: ({ signal }) => {
      const { text, active } = remembered();
      const wanted = { ...readFilter(new URLSearchParams(address)), text };
      return read(wanted, uid, active?.uid === uid ? active.row : 0, signal);
    },
    staleTime: Infinity,
    gcTime: 0,
  });
  const go = useCallback(
    (to: Neighbour | null | undefined) => {
      if (!to) return;
      remember({ active: to });
      void navigate(`/studies/${to.uid}`, { state: { worklist: address } satisfies CameFrom });
    },
    [navigate, address],
  );
  const back = `/worklist${address && `?${address}`}`;
  return { neighbours: data ?? null, go, back };
}
