// Says two minutes before that the session will end, and offers to go on (WCAG 2.2.1).
import { useEffect, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { SESSION, type Session } from "../api/session.ts";
import { Notice } from "./Notice.tsx";

const WARNING_MS = 120_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function SessionEnding({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const end = Math.min(Date.parse(session.expires_at), Date.parse(session.idle_until));
  const [left, setLeft] = useState(() => end - Date.now());

  useEffect(() => {
    // Work moves the end, and only the server knows it: it is asked shortly before, and when it has come.
    const look = () => {
      const now = end - Date.now();
      setLeft(now);
      void queries.invalidateQueries({ queryKey: SESSION });
    };
    const timers = [end - WARNING_MS, end + 500]
      .map((at) => at - Date.now())
      .filter((wait) => wait > 0)
      .map((wait) => setTimeout(look, Math.min(wait, LONGEST_TIMER_MS)));
    const tick = setInterval(() => setLeft(end - Date.now()), 1000);
    return () => {
      timers.forEach(clearTimeout);
      clearInterval(tick);
    };
  }, [end, queries]);

  const stay = async () => {
    await queries.refetchQueries({ type: "active", predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    await queries.invalidateQueries({ queryKey: SESSION });
  };

  if (left > WARNING_MS || left <= 0) return null;
  const isFinal = Date.parse(session.expires_at) <= end;
  const minutes = Math.floor(left / 60_000);
  const seconds = Math.floor((left % 60_000) / 1000);
  const roughly = new Intl.NumberFormat(i18n.language, { style: "unit", unit: "minute", unitDisplay: "long" });
  return (
    <Notice role="alert">
      <Box component="span" sx={visuallyHidden}>
        {t("ending.text", { time: roughly.format(Math.ceil(left / 60_000)) })}
      </Box>
      <span aria-hidden>{t("ending.text", { time: `${minutes}:${String(seconds).padStart(2, "0")}` })}</span>
      {isFinal ? (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {t("ending.absolute")}
        </Box>
      ) : (
        <Button size="small" onClick={() => void stay()}>
          {t("ending.stay")}
        </Button>
      )}
    </Notice>
  );
}
