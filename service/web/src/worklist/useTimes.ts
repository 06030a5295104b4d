// Times as a reader wants them: the hour for today, the day before that, and how long ago it was.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { localeOf } from "../words/words.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The time now, read anew each half minute, at the same moment for every row. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS / 2);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function useTimes(now: number) {
  const { t, i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
  return {
    hour: (time: string) => hour.format(new Date(time)),
    /** A date of DICOM, which has no time zone. */
    date: (date: string) => day.format(new Date(`${date}T12:00`)),
    /** How long ago, up to a day; then the day. */
    ago: (time: string) => {
      const past = now - Date.parse(time);
      if (past < MINUTE_MS) return t("ago.now");
      if (past < HOUR_MS) return t("ago.minutes", { count: Math.floor(past / MINUTE_MS) });
      if (past < 24 * HOUR_MS) return t("ago.hours", { count: Math.floor(past / HOUR_MS) });
      return day.format(new Date(time));
    },
  };
}
