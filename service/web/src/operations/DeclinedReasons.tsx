// Why images of the last day were not for Diafan, as bars: a sender that sends the wrong things shows here first.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import type { Operations } from "./read.ts";
import { useReasonWord } from "./useReasonWord.ts";

export function DeclinedReasons({ state }: { state: Operations | undefined }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const wordOf = useReasonWord();
  const reasons = [...(state?.declined ?? []), ...(state?.refused ?? [])];
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <Box component="section" sx={{ px: "20px", pt: 1.75, pb: 2, borderTop: 1, borderColor: "divider" }}>
      <Typography variant="h3" sx={{ color: "text.disabled", mb: 1 }}>
        {t("operations.declined.title")}
      </Typography>
      {state && reasons.length === 0 && <Box sx={{ color: "text.secondary" }}>{t("operations.declined.none")}</Box>}
      <Box component="dl" sx={{ m: 0, display: "grid", gap: 0.75 }}>
        {reasons.map(({ code, count }) => (
          <Box
            key={code}
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(0, 14rem) 1fr 3.5rem",
              alignItems: "center",
              columnGap: 1.5,
            }}
          >
            <Box component="dt" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
              {wordOf(code)}
            </Box>
            <Box component="dd" aria-hidden sx={{ m: 0 }}>
              <Bar share={count / most} />
            </Box>
            <Box component="dd" sx={{ m: 0, textAlign: "right" }}>
              {figures.count(count)}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function Bar({ share }: { share: number }) {
  return (
    <Box component="svg" aria-hidden width="100%" height={5} sx={{ display: "block", color: "ours.absent" }}>
      <rect width={`${share * 100}%`} height={5} rx={2.5} fill="currentColor" />
    </Box>
  );
}
