// Whom a request concerns: by Patient ID, and by issuer where several have it. Where nobody or several are meant, a person decides.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { isStatus } from "../api/problem.ts";
import { BusyButton } from "./BusyButton.tsx";
import { Decision } from "./Decision.tsx";
import { AmbiguousError, type Held, readHeld } from "./read.ts";
import { TextField, Wrong } from "./TextField.tsx";

interface Props {
  /** Hears what is held of the patient, and the Patient ID that was typed, which is kept nowhere but on the page. */
  onFound: (held: Held, patientId: string) => void | Promise<void>;
}

type Fault = "missing" | "refused" | "failed" | "unknown";

export function WhomStep({ onFound }: Props) {
  const { t } = useTranslation();
  const [patientId, setPatientId] = useState("");
  const [issuer, setIssuer] = useState("");
  const [issuers, setIssuers] = useState<readonly string[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [isAsking, setAsking] = useState(false);
  const find = async () => {
    if (!patientId.trim()) {
      setFault("missing");
      return;
    }
    setAsking(true);
    setFault(null);
    try {
      const wanted = issuers ? (chosen === null ? null : (issuers[Number(chosen)] ?? null)) : issuer.trim() || null;
      await onFound(await readHeld(patientId, wanted), patientId.trim());
      return;
    } catch (error) {
      if (error instanceof AmbiguousError) setIssuers(error.issuers);
      else setFault(isStatus(error, 404) ? "unknown" : isStatus(error, 422) ? "refused" : "failed");
    }
    setAsking(false);
  };
  const forget = () => {
    setIssuers(null);
    setChosen(null);
    setFault(null);
  };
  const isOfId = fault === "missing" || fault === "refused";
  return (
    <Box
      component="form"
      noValidate
      autoComplete="off"
      onSubmit={(event: React.SyntheticEvent) => {
        event.preventDefault();
        if (!isAsking) void find();
      }}
    >
      <Box component="p" sx={{ m: 0, mb: 1.5, color: "text.secondary" }}>
        {t("rights.whom.text")}
      </Box>
      <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "repeat(auto-fit, minmax(min(14rem, 100%), 1fr))" }}>
        <TextField
          id="whom-patient"
          word={t("rights.whom.patientId")}
          value={patientId}
          wrong={isOfId ? t(`rights.whom.${fault}`) : null}
          isFirst
          onChange={(typed) => {
            setPatientId(typed);
            forget();
          }}
        />
        {!issuers && (
          <TextField
            id="whom-issuer"
            word={t("rights.whom.issuer")}
            more={t("rights.whom.optional")}
            value={issuer}
            onChange={setIssuer}
          />
        )}
      </Box>
      <Box role="status">
        {issuers && (
          <Box sx={{ mt: 1.5 }}>
            {t("rights.whom.ambiguous")}
            <Decision
              label={t("rights.whom.which")}
              value={chosen ?? ""}
              ways={issuers.map((one, at) => ({ value: String(at), word: one || t("rights.whom.noIssuer") }))}
              onChange={setChosen}
            />
          </Box>
        )}
        {fault === "unknown" && <Box sx={{ mt: 1.5 }}>{t("rights.whom.unknown")}</Box>}
      </Box>
      <Wrong>{fault === "failed" && t("rights.whom.failed")}</Wrong>
      <Box component="p" sx={{ m: 0, mt: 1.5, typography: "second", color: "text.secondary" }}>
        {t("rights.whom.kept")}
      </Box>
      <Box sx={{ mt: 1.5, display: "flex", alignItems: "center", gap: 1.5 }}>
        <BusyButton type="submit" variant="contained" isBusy={isAsking || (issuers !== null && chosen === null)}>
          {t("rights.whom.button")}
        </BusyButton>
        <Box role="status" sx={{ typography: "second", color: "text.secondary" }}>
          {isAsking && t("rights.whom.asking")}
        </Box>
      </Box>
    </Box>
  );
}

/** Who was found, and how much is held of them. */
export function WhomSummary({ held, patientId, counts }: { held: Held; patientId: string; counts: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Box component="strong" dir="auto" sx={{ fontWeight: 600, color: "text.primary" }}>
        {held.issuer ? t("rights.whom.ofIssuer", { id: patientId, issuer: held.issuer }) : patientId}
      </Box>
      {" · "}
      {t("rights.whom.logName", { name: `${held.patient.slice(0, 6)}…${held.patient.slice(-3)}` })}
      <br />
      {counts}
    </>
  );
}
