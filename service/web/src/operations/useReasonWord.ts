// A code of a decline or a refusal in words; one that is not known yet is shown as it is.
import { useTranslation } from "react-i18next";

import { operationsWords } from "./en.ts";

const { code: KNOWN } = operationsWords.declined;

export function useReasonWord(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => (isKnown(code) ? t(`operations.declined.code.${code}`) : code);
}

function isKnown(code: string): code is keyof typeof KNOWN {
  return Object.hasOwn(KNOWN, code);
}
