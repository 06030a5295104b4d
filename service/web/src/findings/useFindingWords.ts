// A finding in words: for the screen, and for who listens to it.
import { useTranslation } from "react-i18next";

import { digitsOf, type Finding } from "./call.ts";

export interface FindingWords {
  label: string;
  call: string;
  /** The probability with the digits that tell it from the threshold; "" without one. */
  number: string;
  /** The whole finding in one sentence. */
  spoken: string;
}

export function useFindingWords(): (finding: Finding) => FindingWords {
  const { t, i18n } = useTranslation();
  return (finding) => {
    const write = (value: number) => {
      const digits = digitsOf(value, finding.threshold);
      return value.toLocaleString(i18n.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    };
    const label = t(`label.${finding.label}`);
    const call = t(`call.${finding.call}`);
    const number = finding.probability === null ? "" : write(finding.probability);
    const spoken = !number
      ? t("finding.spokenWithoutNumber", { label, call })
      : finding.threshold === null
        ? t("finding.spokenWithoutThreshold", { label, call, probability: number })
        : t("finding.spoken", { label, call, probability: number, threshold: write(finding.threshold) });
    return { label, call, number, spoken };
  };
}
