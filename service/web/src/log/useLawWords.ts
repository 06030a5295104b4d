// Purpose of use and legal basis in plain words, in the reader's language, with the code that was recorded.
import { useTranslation } from "react-i18next";

import { articlesOf, isPurpose } from "./purposes.ts";

export function useLawWords(): {
  /** "treatment (TREAT)"; a code that has no words is shown as it is. */
  purposeOf: (code: string) => string;
  /** "GDPR Art. 6(1)(c), legal obligation; …" */
  basisOf: (legalBasis: string) => string;
} {
  const { t } = useTranslation();
  return {
    purposeOf: (code) => (isPurpose(code) ? `${t(`log.purpose.${code}`)} (${code})` : code),
    basisOf: (legalBasis) =>
      articlesOf(legalBasis)
        .map(({ code, article, paragraph, point, of }) => {
          if (!article) return code;
          const where = t(point ? "log.basis.point" : "log.basis.paragraph", { article, paragraph, point });
          return of ? `${where}, ${t(`log.basis.of.${of}`)}` : where;
        })
        .join("; "),
  };
}
