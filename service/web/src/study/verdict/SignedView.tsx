// What was signed: by whom, when, and what it says beside what the model had said.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client.ts";
import { useTimes } from "../../worklist/useTimes.ts";
import { beside } from "./VerdictRow.tsx";
import { callsOf, ownOf } from "./content.ts";

export function SignedView({ review }: { review: Schemas["SignedReview"] }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  const calls = callsOf(review.findings);
  const who = review.is_yours ? t("study.signed.you") : review.name || t("study.signed.somebody");
  const day = times.date(review.signed_at.slice(0, 10));
  return (
    <Box component="article" sx={{ typography: "second", py: 0.5 }}>
      <Typography variant="second" component="h3" sx={{ fontWeight: 600, color: "text.primary" }}>
        {t(`study.signed.${review.kind}`, { who, day, time: times.hour(review.signed_at) })}
      </Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, mt: 0.5, p: 0 }}>
        {review.verdicts.map((verdict) => {
          const call = calls.get(verdict.label) ?? "not assessed";
          const own = ownOf(call, verdict);
          const places = review.regions.filter(({ label }) => label === verdict.label).length;
          return (
            <Box component="li" key={verdict.label} sx={{ display: "flex", gap: 1 }}>
              <Box component="span" sx={{ flex: 1 }}>
                {t(`label.${verdict.label}`)}
                {places > 0 && ` (${t("study.region.count", { count: places })})`}
              </Box>
              <span>{own && t(`study.own.${own}`)}</span>
              <Box component="span" sx={{ minWidth: "7.5rem", textAlign: "right", color: "text.disabled" }}>
                {own && t(`study.verdict.${beside(call, own)}`)}
              </Box>
            </Box>
          );
        })}
      </Box>
      {review.text && (
        <Box sx={{ mt: 0.5, color: "text.secondary", whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {review.text}
        </Box>
      )}
    </Box>
  );
}
