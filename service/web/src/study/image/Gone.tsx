// In the place of a radiograph of which the header alone is kept: since when, and what to do.
import { useTranslation } from "react-i18next";

import { Centred } from "../../shell/Centred.tsx";
import { SignGone } from "../../shell/icons.tsx";
import { useTimes } from "../../worklist/useTimes.ts";

export function Gone({ since }: { since: string }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  return (
    <Centred
      role="status"
      sign={<SignGone />}
      title={t("study.image.gone", { day: times.date(since.slice(0, 10)) })}
      text={t("study.image.goneText")}
    />
  );
}
