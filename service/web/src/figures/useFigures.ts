// Numbers as people read them, in the language of the page: counts, shares, intervals, sizes and spans of time.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { localeOf } from "../words/words.ts";

/** A figure with its 95 % interval, as evaluations have it. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

export function useFigures() {
  const { t, i18n } = useTranslation();
  const language = localeOf(i18n.language);
  return useMemo(() => {
    const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    const fixed = (value: number, digits = 2, signed = false) => {
      const text = new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: signed ? "exceptZero" : "negative",
      }).format(value);
      // A minus as wide as a plus, so that columns of differences stay columns.
      return text.replace("-", "−");
    };
    /** How long ago something was, to the second and no finer. */
    const past = (seconds: number): string => {
      if (seconds < MINUTE_S) return t("figures.seconds", { value: whole.format(Math.max(0, seconds)) });
      if (seconds < HOUR_S) return t("figures.minutes", { value: whole.format(Math.floor(seconds / MINUTE_S)) });
      if (seconds < 2 * DAY_S) return t("figures.hours", { value: whole.format(Math.floor(seconds / HOUR_S)) });
      const count = Math.floor(seconds / DAY_S);
      return t("figures.days", { count, value: whole.format(count) });
    };
    return {
      count: (value: number) => whole.format(value),
      fixed,
      /** The interval's ends: "0.65–0.85"; a dash between negative numbers would be read as one of theirs. */
      range: ({ low, high }: Interval, digits = 2) =>
        `${fixed(low, digits)}${low < 0 ? " … " : "–"}${fixed(high, digits)}`,
      /** The ends of a difference's interval, which may lie on both sides of 0. */
      changeRange: ({ low, high }: Interval, digits = 2) =>
        `${fixed(low, digits, true)} … ${fixed(high, digits, true)}`,
      /** A share in [0, 1] as a percentage. */
      share: (value: number) =>
        new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value),
      /** How long something took or takes, as fine as it matters. */
      duration: (seconds: number): string => {
        if (seconds < 0.1) return t("figures.milliseconds", { value: whole.format(Math.max(1, seconds * 1000)) });
        return seconds < 10 ? t("figures.seconds", { value: fixed(seconds, 1) }) : past(seconds);
      },
      past,
      /** A size of files or disks; a gigabyte is a thousand megabytes. */
      bytes: (value: number): string => {
        const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
        const amount = value / 1000 ** step;
        return new Intl.NumberFormat(language, {
          style: "unit",
          unit: SIZES[step] ?? "byte",
          maximumFractionDigits: amount < 10 && step > 0 ? 1 : 0,
        }).format(amount);
      },
      clock: (time: string | number) =>
        new Intl.DateTimeFormat(language, {
          hour: "2-digit",
          minute: "2-digit",
          second: "2-digit",
          hourCycle: "h23",
        }).format(new Date(time)),
      hour: (time: string | number) =>
        new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
          new Date(time),
        ),
      day: (time: string | number) =>
        new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" }).format(new Date(time)),
    };
  }, [t, language]);
}

export type Figures = ReturnType<typeof useFigures>;
