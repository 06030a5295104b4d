// Says what of patient and study was wrong before and was corrected; what it was before is nobody's business here.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Study } from "./read.ts";
import { useTimes } from "./useTimes.ts";

export function PatientCorrected({ study }: { study: Study }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  const { corrected, corrected_on: on } = study;
  if (corrected.length === 0) return null;
  const names = corrected.map((one) => t(`patientCorrected.attribute.${one}`)).join(", ");
  const said =
    on === null ? t("patientCorrected.said", { names }) : t("patientCorrected.saidOn", { names, when: times.date(on) });
  return (
    <Box
      component="span"
      title={said}
      sx={{ fontWeight: 500, flex: "0 5 auto", minWidth: "4rem", overflow: "hidden", textOverflow: "ellipsis" }}
    >
      {said}
    </Box>
  );
}
