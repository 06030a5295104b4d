// The log as it stands on the screen: read page by page as one scrolls, the newest first; what is new is counted, and waits until
// its reader wants it.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";

import { useSession } from "../shell/sessionContext.ts";
import type { Act } from "./act.ts";
import { type Page, readNewer, readPage } from "./read.ts";
import type { Wanted } from "./wanted.ts";

/** Each look for new entries is an entry, too. */
export const LIVE_EVERY_S = 15;

export interface Log {
  acts: readonly Act[];
  /** Nothing was read yet. */
  isReading: boolean;
  /** There are older ones. */
  hasMore: boolean;
  /** Has the next older ones read; harmless where that is done already. */
  readMore: () => void;
  isReadingMore: boolean;
  moreError: unknown;
  error: unknown;
  retry: () => void;
  /** Entries that came since, without the reader's own looks for them. */
  news: readonly Act[];
  isMoreNews: boolean;
  /** Puts the new entries on top. */
  takeNews: () => void;
  /** Looks for new entries now. */
  lookNow: () => void;
  isLooking: boolean;
}

/** `isLive`: look for new entries again and again. */
export function useLog(wanted: Wanted, isLive: boolean): Log {
  const queries = useQueryClient();
  const { subject } = useSession();
  const asked = JSON.stringify({ ...wanted, asTimeline: false });
  const key = useMemo(() => ["log", asked] as const, [asked]);
  const [news, setNews] = useState<{ of: string; acts: readonly Act[]; isMore: boolean }>(NO_NEWS);
  const [isLooking, setLooking] = useState(false);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => readPage(wanted, pageParam, signal),
    initialPageParam: wanted.before,
    getNextPageParam: (page: Page) => page.next ?? undefined,
    staleTime: Infinity,
  });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  const acts = useMemo(() => data?.pages.flatMap((page) => page.acts) ?? [], [data]);
  const mine = news.of === asked ? news : NO_NEWS;

  const newest = useRef(-1);
  useEffect(() => {
    newest.current = Math.max(mine.acts[0]?.index ?? -1, acts[0]?.index ?? -1);
  });
  const look = useCallback(async () => {
    setLooking(true);
    try {
      const { acts: newer, isMore } = await readNewer(wanted, newest.current);
      setNews((before) => {
        const kept = before.of === asked ? before.acts : [];
        const known = new Set(kept.map((act) => act.index));
        return { of: asked, acts: [...newer.filter((act) => !known.has(act.index)), ...kept], isMore };
      });
    } catch {
      // The notice says that Diafan does not answer; the next look is as good.
    } finally {
      setLooking(false);
    }
  }, [wanted, asked]);

  const isKnown = data !== undefined;
  useEffect(() => {
    if (!isLive || !isKnown) return;
    const timer = setInterval(() => void look(), LIVE_EVERY_S * 1000);
    return () => clearInterval(timer);
  }, [isLive, isKnown, look]);

  const takeNews = () => {
    // More came than one reading gives: what lies between would be missing, so that all is read anew.
    if (mine.isMore) void queries.resetQueries({ queryKey: key });
    else
      queries.setQueryData<InfiniteData<Page, number | null>>(key, (before) => {
        const [first, ...rest] = before?.pages ?? [];
        if (!before || !first) return before;
        return { ...before, pages: [{ ...first, acts: [...mine.acts, ...first.acts] }, ...rest] };
      });
    setNews(NO_NEWS);
  };
  return {
    acts,
    isReading: data === undefined && query.error === null,
    hasMore: hasNextPage,
    readMore: () => {
      if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
    },
    isReadingMore: isFetchingNextPage,
    moreError: isFetchNextPageError ? query.error : null,
    error: data === undefined ? query.error : null,
    retry: () => void (data === undefined ? query.refetch() : fetchNextPage()),
    news: mine.acts.filter((act) => act.type !== "audit-read" || act.agent.id !== subject),
    isMoreNews: mine.isMore,
    takeNews,
    lookNow: () => void look(),
    isLooking,
  };
}

const NO_NEWS: { of: string; acts: readonly Act[]; isMore: boolean } = { of: "", acts: [], isMore: false };
