// Says that a study came under another patient before: a person should look whose it is.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Study } from "./read.ts";
import { useTimes } from "./useTimes.ts";

export function PatientChanged({ study }: { study: Study }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  const { patient_changed_at: at, patient_id_before: before } = study;
  if (at === null) return null;
  const when = `${times.date(at.slice(0, 10))}, ${times.hour(at)}`;
  return (
    <Box component="span" title={t("patientChanged.title", { when })} sx={{ color: "warning.main", fontWeight: 500 }}>
      {" · "}
      {t("patientChanged.before", { before: before || t("patientChanged.none") })}
    </Box>
  );
}
