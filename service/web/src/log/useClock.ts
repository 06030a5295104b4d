// Times of entries: to the millisecond where acts are told apart by it, in the reader's own zone.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { localeOf } from "../words/words.ts";

export interface Clock {
  /** 14:35:02.118 */
  time: (at: number) => string;
  /** 14:35 */
  hour: (at: number) => string;
  /** 25 Nov 2026 */
  day: (at: number) => string;
  /** Wednesday, 25 November 2026 */
  longDay: (at: number) => string;
  /** All of it, with the zone. */
  whole: (at: number) => string;
  /** The day, where it is not that of `now`. */
  dayIfOther: (at: number, now: number) => string;
  /** 2 h 5 min */
  duration: (ms: number) => string;
}

const MINUTE_MS = 60_000;

export function useClock(): Clock {
  const { i18n } = useTranslation();
  return useMemo(() => clockIn(localeOf(i18n.language)), [i18n.language]);
}

function clockIn(language: string): Clock {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(language, { hourCycle: "h23", ...options });
    return (at: number) => (Number.isNaN(at) ? "–" : formatter.format(at));
  };
  const toTheSecond = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  const day = format(date);
  const unit = (value: number, name: "hour" | "minute" | "day") =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  return {
    time: format({ ...toTheSecond, fractionalSecondDigits: 3 }),
    hour: format({ hour: "2-digit", minute: "2-digit" }),
    day,
    longDay: format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    whole: format({ ...date, ...toTheSecond, fractionalSecondDigits: 3, timeZoneName: "short" }),
    dayIfOther: (at, now) => (day(at) === day(now) ? "" : day(at)),
    duration: (ms) => {
      const minutes = Math.round(ms / MINUTE_MS);
      const parts = [
        [Math.floor(minutes / 60), "hour"],
        [minutes % 60, "minute"],
      ] as const;
      return parts
        .filter(([value]) => value > 0)
        .map(([value, name]) => unit(value, name))
        .join(" ");
    },
  };
}
