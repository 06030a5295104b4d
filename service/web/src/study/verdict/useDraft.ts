// The draft of a study on the page, and the acts that end it.
import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { useQueryClient } from "@tanstack/react-query";

import { answered, api } from "../../api/client.ts";
import { whenBack } from "../../api/reach.ts";
import { hearTabs, isSomebody, readSession } from "../../api/session.ts";
import { useSession } from "../../shell/sessionContext.ts";
import { readReview, reviewKey, STUDY, type StudyReview } from "../read.ts";
import type { Content } from "./content.ts";
import { type Draft, DraftKeeper, type Entry } from "./keeper.ts";

const ofStudy = (uid: string) => ({ path: { study_instance_uid: uid } });

/** One for the tab: work that could not be kept outlives the page that it was done on. */
export const drafts = new DraftKeeper({
  save: async (uid, { verdicts, regions, ...content }, version) => {
    const body = { ...content, verdicts: [...verdicts], regions: [...regions], version };
    const asked = api.PUT("/studies/{study_instance_uid}/review/draft", { params: ofStudy(uid), body });
    // The client's types forget that a point has two numbers.
    const kept: unknown = await answered(asked);
    return kept as Draft;
  },
  who: async () => {
    const session = await readSession();
    return isSomebody(session) ? session.subject : null;
  },
});

whenBack(() => drafts.retry());

export interface DraftHold {
  entry: Entry | undefined;
  change: (content: Content) => void;
  /** Signs what is written; raises ProblemError, UnreachableError. */
  sign: (reportRevision: number, amends: string | null) => Promise<void>;
  /** Throws away what is written. */
  discard: () => Promise<void>;
  /** After a conflict: what is here stays, or what the other window has is taken. */
  settle: (keep: "this" | "other") => Promise<void>;
}

export function useDraft(uid: string, review: StudyReview | undefined): DraftHold {
  const queries = useQueryClient();
  const session = useSession();
  const entry = useSyncExternalStore(
    useCallback((listener) => drafts.watch(listener), []),
    () => drafts.entry(uid),
  );

  useEffect(() => {
    if (review) drafts.adopt(uid, session.subject, review.draft, review.report_revision);
  }, [uid, review, session.subject]);
  useEffect(() => {
    // Somebody is (again) here: whoever it is not, finds nothing kept in their name.
    drafts.retry();
    return hearTabs((news) => {
      if (news === "signed-in") drafts.retry();
    });
  }, [session]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (drafts.hasUnsent()) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, []);
  useEffect(() => () => void drafts.flush(uid).catch(() => undefined), [uid]);

  const change = useCallback((content: Content) => drafts.change(uid, content), [uid]);
  const sign = useCallback(
    async (report_revision: number, amends: string | null) => {
      const version = await drafts.flush(uid);
      const body = { report_revision, version, amends };
      try {
        await answered(api.POST("/studies/{study_instance_uid}/review/sign", { params: ofStudy(uid), body }));
        drafts.forget(uid);
      } finally {
        await queries.invalidateQueries({ queryKey: [STUDY, uid] });
      }
    },
    [queries, uid],
  );
  const discard = useCallback(async () => {
    await answered(api.DELETE("/studies/{study_instance_uid}/review/draft", { params: ofStudy(uid) }));
    drafts.forget(uid);
    await queries.invalidateQueries({ queryKey: reviewKey(uid) });
  }, [queries, uid]);
  const settle = useCallback(
    async (keep: "this" | "other") => {
      const now = await readReview(uid);
      if (keep === "other") drafts.forget(uid);
      else drafts.overwrite(uid, now.draft?.version ?? 0);
      queries.setQueryData(reviewKey(uid), now);
      if (keep === "other") drafts.adopt(uid, session.subject, now.draft, now.report_revision);
    },
    [queries, uid, session.subject],
  );
  return useMemo(() => ({ entry, change, sign, discard, settle }), [entry, change, sign, discard, settle]);
}

export async function askSecondOpinion(uid: string, question: string): Promise<void> {
  const body = { question, asked_of: "" };
  await answered(api.POST("/studies/{study_instance_uid}/review/second-opinion", { params: ofStudy(uid), body }));
}

export async function withdrawQuestion(uid: string): Promise<void> {
  await answered(api.DELETE("/studies/{study_instance_uid}/review/second-opinion", { params: ofStudy(uid) }));
}
