// What the model said of the same finding on the patient's earlier studies, and how far that can be compared.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { CallShape } from "../../findings/CallShape.tsx";
import type { Call } from "../../findings/call.ts";
import { useTimes } from "../../worklist/useTimes.ts";
import { localeOf } from "../../words/words.ts";
import type { EarlierStudy } from "../read.ts";
import type { Answer } from "./groups.ts";

const MOST = 5;

/** As it stands on the screen: a difference is that of the two numbers that are seen. */
const shown = (probability: number) => Math.round(probability * 100) / 100;

interface Then {
  uid: string;
  date: string;
  call: Call;
  probability: number;
  isOtherModel: boolean;
}

/** The finding on earlier studies, the newest first; studies that did not assess it are left out. */
export function thenOf(earlier: readonly EarlierStudy[], answer: Answer, digest: string | null): Then[] {
  return earlier.flatMap(({ study_instance_uid: uid, study_date, first_seen_at, findings }): Then[] => {
    const found = findings.find(({ label }) => label === answer.label);
    if (found?.probability == null) return [];
    const date = study_date ?? first_seen_at.slice(0, 10);
    const isOtherModel = digest !== null && found.model_digest !== digest;
    return [{ uid, date, call: found.call, probability: found.probability, isOtherModel }];
  });
}

interface Props {
  earlier: readonly EarlierStudy[];
  answer: Answer;
  /** Of the model that speaks now. */
  digest: string | null;
}

export function Earlier({ earlier, answer, digest }: Props) {
  const { t, i18n } = useTranslation();
  const times = useTimes(0);
  const then = thenOf(earlier, answer, digest).slice(0, MOST);
  const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const number = new Intl.NumberFormat(localeOf(i18n.language), two);
  const change = new Intl.NumberFormat(localeOf(i18n.language), { ...two, signDisplay: "exceptZero" });
  return (
    <Box
      component="section"
      aria-labelledby="earlier-title"
      sx={{ px: "19px", py: 1.25, mt: 0.5, borderTop: 1, borderColor: "divider", typography: "second" }}
    >
      <Typography id="earlier-title" variant="h3" sx={{ color: "text.disabled", mb: 0.5 }}>
        {t("study.earlier.title", { label: t(`label.${answer.label}`) })}
      </Typography>
      {then.length === 0 && (
        <Box sx={{ color: "text.secondary" }}>{t("study.earlier.none", { count: earlier.length })}</Box>
      )}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {then.map(({ uid, date, call, probability, isOtherModel }) => (
          <Box component="li" key={uid} sx={{ display: "flex", alignItems: "center", gap: 1.25, minHeight: "1.75rem" }}>
            <CallShape label={answer.label} call={call} />
            <Box component="span" sx={{ flex: 1 }}>
              {times.date(date)}: {t(`call.${call}`)}
            </Box>
            <span>{number.format(probability)}</span>
            <Box component="span" sx={{ minWidth: "8.5rem", textAlign: "right", color: "text.secondary" }}>
              {isOtherModel
                ? t("study.earlier.otherModel")
                : answer.probability !== null &&
                  t("study.earlier.change", {
                    now: number.format(answer.probability),
                    change: change.format(shown(answer.probability) - shown(probability)),
                  })}
            </Box>
          </Box>
        ))}
      </Box>
      <Typography variant="caption" sx={{ display: "block", mt: 0.5, color: "text.disabled" }}>
        {t("study.earlier.caution")}
      </Typography>
    </Box>
  );
}
