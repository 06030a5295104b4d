// The timeline of a breach (GDPR Art. 33 and 34): since when it is known, which span, whose acts, and with names or without.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { ProblemError } from "../api/problem.ts";
import { useTaking } from "../log/useTaking.ts";
import { SignDown } from "../shell/icons.tsx";
import { useNow } from "../worklist/useTimes.ts";
import { faultOf, HOURS_72_MS, momentOf, type SpanFault, typedOf } from "./breach.ts";
import { BusyButton } from "./BusyButton.tsx";
import { Decision } from "./Decision.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { PatientsField } from "./PatientsField.tsx";
import { type Breach, type Language, takeBreach } from "./read.ts";
import { Step, Steps } from "./Step.tsx";
import { TakeFile } from "./TakeFile.tsx";
import { TextField, Wrong } from "./TextField.tsx";
import { useDays } from "./useDays.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const FIELDS = {
  display: "grid",
  gap: 1.5,
  gridTemplateColumns: "repeat(auto-fit, minmax(min(14rem, 100%), 1fr))",
} as const;

export function BreachTask() {
  const { t, i18n } = useTranslation();
  const [knownAt, setKnownAt] = useState("");
  const [since, setSince] = useState(() => typedOf(Date.now() - WEEK_MS));
  const [until, setUntil] = useState(() => typedOf(Date.now()));
  const [agent, setAgent] = useState("");
  const [patients, setPatients] = useState<readonly string[]>([]);
  const [isNamed, setNamed] = useState(false);
  const [language, setLanguage] = useState<Language>(i18n.language === "pl" ? "pl" : "en");
  const [wrong, setWrong] = useState<SpanFault | null>(null);
  const { state, take, stop } = useTaking();
  const isBusy = state.is === "running";
  const takeAs = (format: "pdf" | "csv") => {
    const [from, to, known] = [momentOf(since), momentOf(until), momentOf(knownAt)];
    const fault = faultOf(since, until);
    setWrong(fault);
    if (fault || from === null || to === null) return;
    const wanted: Breach = {
      since: new Date(from).toISOString(),
      until: new Date(to).toISOString(),
      known_at: known === null ? null : new Date(known).toISOString(),
      agent,
      patients: [...patients],
      named: isNamed,
      language,
      format,
    };
    take((signal) => takeBreach(wanted, signal));
  };
  const onTime = (set: (typed: string) => void) => (typed: string) => {
    set(typed);
    setWrong(null);
  };
  return (
    <Steps>
      <Step number={1} title={t("rights.timeline.known")}>
        <Text>{t("rights.timeline.knownText")}</Text>
        <Box sx={FIELDS}>
          <TextField
            id="breach-known"
            type="datetime-local"
            word={t("rights.timeline.knownAt")}
            more={t("rights.timeline.unknown")}
            value={knownAt}
            onChange={setKnownAt}
          />
        </Box>
        <Box role="status">{momentOf(knownAt) !== null && <Clock knownAt={momentOf(knownAt) ?? 0} />}</Box>
      </Step>
      <Step number={2} title={t("rights.timeline.span")}>
        <Text>{t("rights.timeline.spanText", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}</Text>
        <Box sx={FIELDS}>
          <TextField
            id="breach-since"
            type="datetime-local"
            word={t("rights.timeline.since")}
            value={since}
            wrong={wrong && t(`rights.timeline.${wrong}`)}
            isFirst
            onChange={onTime(setSince)}
          />
          <TextField
            id="breach-until"
            type="datetime-local"
            word={t("rights.timeline.until")}
            value={until}
            onChange={onTime(setUntil)}
          />
        </Box>
      </Step>
      <Step number={3} title={t("rights.timeline.whose")}>
        <Text>{t("rights.timeline.whoseText")}</Text>
        <Box sx={FIELDS}>
          <TextField
            id="breach-agent"
            word={t("rights.timeline.agent")}
            more={t("rights.timeline.agentMore")}
            value={agent}
            onChange={setAgent}
          />
          <PatientsField patients={patients} onChange={setPatients} />
        </Box>
      </Step>
      <Step number={4} title={t("rights.timeline.names")}>
        <Decision
          label={t("rights.timeline.names")}
          value={isNamed ? "with" : "without"}
          ways={[
            { value: "without", word: t("rights.timeline.without"), help: t("rights.timeline.withoutHelp") },
            { value: "with", word: t("rights.timeline.with"), help: t("rights.timeline.withHelp"), isGrave: true },
          ]}
          onChange={(way) => setNamed(way === "with")}
        />
      </Step>
      <Step number={5} title={t("rights.timeline.take")} isLast>
        <Text>{t("rights.timeline.takeText")}</Text>
        <LanguageChoice label={t("rights.timeline.language")} value={language} onChange={setLanguage} />
        <TakeFile
          state={state}
          onStop={stop}
          words={{
            running: t("rights.timeline.running"),
            done: state.is === "done" ? t("rights.timeline.done", { name: state.file.name }) : "",
            failed: state.is === "failed" ? t(`rights.timeline.${isTooMany(state.error) ? "many" : "failed"}`) : "",
          }}
        >
          <BusyButton variant="contained" isBusy={isBusy} startIcon={<SignDown />} onClick={() => takeAs("pdf")}>
            {t("rights.timeline.pdf")}
          </BusyButton>
          <BusyButton isBusy={isBusy} startIcon={<SignDown />} onClick={() => takeAs("csv")}>
            {t("rights.timeline.csv")}
          </BusyButton>
        </TakeFile>
        <Wrong>{wrong && t(`rights.timeline.${wrong}`)}</Wrong>
      </Step>
    </Steps>
  );
}

function Text({ children }: { children: React.ReactNode }) {
  return (
    <Box component="p" sx={{ m: 0, mb: 1.5, color: "text.secondary" }}>
      {children}
    </Box>
  );
}

/** Until when the authority is to be told, and how much of it is left. */
function Clock({ knownAt }: { knownAt: number }) {
  const { t } = useTranslation();
  const days = useDays();
  const now = useNow();
  const last = knownAt + HOURS_72_MS;
  const isLate = now > last;
  return (
    <Box component="p" sx={{ m: 0, mt: 1.5, fontWeight: 600, color: isLate ? "error.main" : "text.primary" }}>
      {t("rights.timeline.deadline", { when: days.moment(last) })}{" "}
      {t(isLate ? "rights.timeline.late" : "rights.timeline.left", { hours: days.hours(Math.abs(last - now)) })}
    </Box>
  );
}

function isTooMany(error: unknown): boolean {
  return error instanceof ProblemError && error.kind === "too-many-acts";
}
