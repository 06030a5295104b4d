// Lets nobody in without a session, and keeps a page as it is when its session ends: covered, until the same person is back.
import { useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import Box from "@mui/material/Box";
import { type Query, useQueryClient } from "@tanstack/react-query";

import { hearTabs, isSomebody, type Session, tellTabs, useSessionQuery } from "../api/session.ts";
import { passes } from "../api/problem.ts";
import { ExpiredCover } from "./ExpiredCover.tsx";
import { Failure } from "./Failure.tsx";
import { SessionEnding } from "./SessionEnding.tsx";
import { SessionContext } from "./sessionContext.ts";
import { SignInPage } from "./SignInPage.tsx";
import { Splash } from "./Splash.tsx";

const hasFailed = ({ state }: Query) => state.status === "error";

export function SessionGate({ children }: { children: React.ReactNode }) {
  const { data, error, refetch } = useSessionQuery();
  const [held, setHeld] = useState<Session | null>(null);
  const { pathname } = useLocation();
  const queries = useQueryClient();
  const isOther = isSomebody(data) && held !== null && data.subject !== held.subject;
  if (isSomebody(data) && data !== held && !isOther) setHeld(data);
  const isCovered = held !== null && data !== undefined && !isSomebody(data);
  const covered = useRef(false);

  useEffect(() => {
    // What was refused while nobody was signed in is asked for again.
    if (covered.current && !isCovered) void queries.refetchQueries({ type: "active", predicate: hasFailed });
    covered.current = isCovered;
  }, [isCovered, queries]);
  useEffect(() => {
    if (held) tellTabs("signed-in");
  }, [held === null]); // eslint-disable-line react-hooks/exhaustive-deps -- once, when somebody is here
  useEffect(
    () =>
      hearTabs((news) => {
        if (news === "signed-out") window.location.assign("/app/");
        else if (covered.current) void refetch();
      }),
    [refetch],
  );
  useEffect(() => {
    // What the page holds is somebody else's: nothing of it may stay.
    if (isOther) window.location.assign("/app/");
  }, [isOther]);

  if (isOther) return <Splash />;
  if (held) {
    return (
      <SessionContext value={held}>
        <Box inert={isCovered} sx={{ height: "100%" }}>
          {children}
        </Box>
        <SessionEnding session={held} />
        {isCovered && <ExpiredCover />}
      </SessionContext>
    );
  }
  if (data && !isSomebody(data)) return <SignInPage ended={data.ended} next={pathname} />;
  if (error && !passes(error)) return <Failure isPage error={error} onRetry={() => void refetch()} />;
  return <Splash />;
}
