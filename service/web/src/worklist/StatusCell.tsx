// Where a study stands, and what a physician has said of it.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import {
  SignAnalysing,
  SignDeclined,
  SignDelivered,
  SignLock,
  SignParked,
  SignReceived,
  SignReported,
  SignWithdrawn,
} from "../shell/icons.tsx";
import type { StudyStatus } from "./filter.ts";
import type { Study } from "./read.ts";

const SIGNS: Record<StudyStatus, typeof SignParked> = {
  received: SignReceived,
  analysing: SignAnalysing,
  reported: SignReported,
  delivered: SignDelivered,
  parked: SignParked,
  declined: SignDeclined,
  withdrawn: SignWithdrawn,
  restricted: SignLock,
};
/** Only what waits for a person has a colour: a column of green would be noise. */
const COLOURS: Partial<Record<StudyStatus, string>> = {
  parked: "error.main",
  declined: "text.disabled",
  withdrawn: "text.disabled",
  restricted: "text.disabled",
};
const REVIEWED: readonly StudyStatus[] = ["reported", "delivered"];

export function StatusCell({ study }: { study: Study }) {
  const { t } = useTranslation();
  const Sign = SIGNS[study.status];
  const isShown = REVIEWED.includes(study.status) || study.review !== "none";
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "1rem 1fr", columnGap: "7px", alignItems: "center" }}>
      <Box sx={{ color: COLOURS[study.status] ?? "text.secondary" }}>
        <Sign />
      </Box>
      <Box component="span" sx={{ color: COLOURS[study.status] ?? "text.secondary" }}>
        {t(`status.${study.status}`)}
      </Box>
      {isShown && (
        <Box
          component="span"
          sx={{
            gridColumn: 2,
            typography: "caption",
            color: study.review === "waiting" ? "text.primary" : "text.disabled",
          }}
        >
          {t(`review.${study.review}`)}
        </Box>
      )}
    </Box>
  );
}
