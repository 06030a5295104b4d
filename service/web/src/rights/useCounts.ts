// Counts in words: "2 studies, 3 images".
import { useTranslation } from "react-i18next";

import { localeOf } from "../words/words.ts";
import { COUNTED, type Counts } from "./read.ts";

export function useCounts(): (counts: Counts) => string {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(localeOf(i18n.language));
  return (counts) =>
    COUNTED.flatMap((one) => {
      const count = counts[one];
      // Of what there is none nothing is said, but that there is no study.
      return count === undefined || (count === 0 && one !== "studies")
        ? []
        : [t(`rights.count.${one}`, { count, formatted: number.format(count) })];
    }).join(", ");
}
