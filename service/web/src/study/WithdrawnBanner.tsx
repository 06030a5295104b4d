// Says, before anything else on the page, that the results of the study must not be used.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { SignWithdrawn } from "../shell/icons.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { useTimes } from "../worklist/useTimes.ts";
import type { StudyDetail } from "./read.ts";

export function WithdrawnBanner({ at, because }: { at: string; because: StudyDetail["withdrawn_because"] }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  return (
    <Box
      role="alert"
      sx={{
        flex: "none",
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        px: `${GUTTER_PX}px`,
        py: 1.25,
        borderBottom: 2,
        borderColor: "error.main",
        bgcolor: "ours.raised",
      }}
    >
      <Box sx={{ color: "error.main", display: "flex" }}>
        <SignWithdrawn />
      </Box>
      <div>
        <Box component="strong" sx={{ display: "block" }}>
          {t("study.withdrawn.title")}
        </Box>
        <Box component="span" sx={{ typography: "second", color: "text.secondary" }}>
          {t("study.withdrawn.when", { day: times.date(at.slice(0, 10)), time: times.hour(at) })}
          {because && ` ${t(`study.withdrawn.because.${because}`)}`} {t("study.withdrawn.text")}
        </Box>
      </div>
    </Box>
  );
}
