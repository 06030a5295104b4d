// What somebody who listens hears of a batch: now and then how many are done, and never a flood.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { isUnsent, type Item } from "./item.ts";
import { hasResult, type Line } from "./line.ts";

const PAUSE_MS = 4000;

export function useSpoken(items: readonly Item[], lines: readonly Line[]): string {
  const { t, i18n } = useTranslation();
  const done = items.filter((item) => !isUnsent(item)).length;
  const newest = items.findLast((_, at) => lines[at] !== undefined && hasResult(lines[at]));
  const [said, setSaid] = useState({ done: 0, result: -1, words: "" });
  useEffect(() => {
    if (done === said.done && (newest?.id ?? -1) === said.result) return;
    const timer = setTimeout(() => {
      const isResult = newest && newest.id !== said.result;
      const formatted = new Intl.NumberFormat(i18n.language).format(done);
      setSaid({
        done,
        result: newest?.id ?? -1,
        words: isResult
          ? t("send.spoken.result", { name: newest.file.name })
          : done
            ? t("send.spoken.done", { count: done, formatted })
            : "",
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [done, newest, said, t, i18n.language]);
  return said.words;
}
