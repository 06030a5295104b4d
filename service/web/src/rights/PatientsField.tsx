// On whom the acts are that a timeline tells: pseudonyms, found by Patient ID, which stays nowhere.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { useTranslation } from "react-i18next";

import { shortName } from "../log/act.ts";
import { FindPatient } from "../log/FindDialogs.tsx";
import { SignClear } from "../shell/icons.tsx";

interface Props {
  patients: readonly string[];
  onChange: (patients: readonly string[]) => void;
}

export function PatientsField({ patients, onChange }: Props) {
  const { t } = useTranslation();
  const [isFinding, setFinding] = useState(false);
  return (
    <Box role="group" aria-label={t("rights.timeline.patients")}>
      <Box aria-hidden sx={{ typography: "h3", color: "text.secondary", mb: 0.5 }}>
        {t("rights.timeline.patients")}
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
        {patients.length === 0 && (
          <Box component="span" sx={{ color: "text.secondary" }}>
            {t("rights.timeline.noPatients")}
          </Box>
        )}
        {patients.map((patient) => (
          <Chip
            key={patient}
            variant="outlined"
            label={shortName(patient)}
            deleteIcon={<SignClear />}
            onDelete={() => onChange(patients.filter((one) => one !== patient))}
            aria-label={t("rights.timeline.remove", { name: shortName(patient) })}
            onClick={() => onChange(patients.filter((one) => one !== patient))}
          />
        ))}
        <Button onClick={() => setFinding(true)}>{t("rights.timeline.byId")}</Button>
      </Box>
      {isFinding && (
        <FindPatient
          onClose={() => setFinding(false)}
          onFound={(patient) => {
            setFinding(false);
            onChange([...patients.filter((one) => one !== patient), patient]);
          }}
        />
      )}
    </Box>
  );
}
