// Days and moments as a reader writes them.
import { useTranslation } from "react-i18next";

import { localeOf } from "../words/words.ts";

export function useDays() {
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  const hours = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  return {
    /** A day, which has no time zone: 2046-12-31. */
    day: (date: string) => day.format(new Date(`${date}T12:00:00Z`)),
    moment: (time: number) => moment.format(time),
    hours: (duration_ms: number) => hours.format(Math.floor(duration_ms / 3_600_000)),
  };
}
