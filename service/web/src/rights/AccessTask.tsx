// Answering a request for access (GDPR Art. 15): whom it concerns, who opens it, how staff stand in it, and the sealed answer.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { isStatus, ProblemError } from "../api/problem.ts";
import { useTaking } from "../log/useTaking.ts";
import { SignDown } from "../shell/icons.tsx";
import { BusyButton } from "./BusyButton.tsx";
import { Command } from "./Command.tsx";
import { Decision } from "./Decision.tsx";
import { answerAccess, type Held, type Package } from "./read.ts";
import { keysIn, shortKey } from "./recipient.ts";
import { RecipientStep } from "./RecipientStep.tsx";
import { standOf, Step, Steps } from "./Step.tsx";
import { TakeFile } from "./TakeFile.tsx";
import { useCounts } from "./useCounts.ts";
import { WhomStep, WhomSummary } from "./WhomStep.tsx";

const [WHOM, RECIPIENT, STAFF, TAKE] = [1, 2, 3, 4];

export function AccessTask() {
  const { t } = useTranslation();
  const countsOf = useCounts();
  const [at, setAt] = useState(WHOM);
  const [whom, setWhom] = useState<{ held: Held; patientId: string } | null>(null);
  const [keys, setKeys] = useState("");
  const [isRefused, setRefused] = useState(false);
  const [isNamed, setNamed] = useState(false);
  const { state, take, stop } = useTaking<Package>();
  const recipients = keysIn(keys);
  const change = (step: number) => {
    stop();
    setAt(step);
  };
  // Nothing of one patient's answer is carried over to the next one's.
  const begin = () => {
    setWhom(null);
    setKeys("");
    setRefused(false);
    setNamed(false);
    change(WHOM);
  };
  const held = whom?.held;
  return (
    <Steps>
      <Step
        number={WHOM}
        title={t("rights.whom.title")}
        stand={standOf(WHOM, at)}
        onChange={begin}
        summary={whom && <WhomSummary {...whom} counts={countsOf(countsIn(whom.held))} />}
      >
        <WhomStep
          onFound={(found, patientId) => {
            setWhom({ held: found, patientId });
            setAt(RECIPIENT);
          }}
        />
      </Step>
      <Step
        number={RECIPIENT}
        title={t("rights.recipient.title")}
        stand={standOf(RECIPIENT, at)}
        onChange={() => change(RECIPIENT)}
        summary={
          recipients[0] && t("rights.recipient.summary", { count: recipients.length, key: shortKey(recipients[0]) })
        }
      >
        <RecipientStep
          typed={keys}
          onType={setKeys}
          isRefused={isRefused}
          onDone={() => {
            setRefused(false);
            setAt(STAFF);
          }}
        />
      </Step>
      <Step
        number={STAFF}
        title={t("rights.staff.title")}
        stand={standOf(STAFF, at)}
        onChange={() => change(STAFF)}
        summary={t(isNamed ? "rights.staff.byName" : "rights.staff.byRole")}
      >
        <Decision
          label={t("rights.staff.label")}
          value={isNamed ? "name" : "role"}
          ways={[
            { value: "role", word: t("rights.staff.byRole"), help: t("rights.staff.byRoleHelp") },
            { value: "name", word: t("rights.staff.byName"), help: t("rights.staff.byNameHelp"), isGrave: true },
          ]}
          onChange={(way) => setNamed(way === "name")}
        />
        <Button variant="contained" onClick={() => setAt(TAKE)} sx={{ mt: 1.5 }}>
          {t("rights.goOn")}
        </Button>
      </Step>
      <Step number={TAKE} title={t("rights.take.title")} stand={standOf(TAKE, at)} onChange={() => undefined} isLast>
        <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
          {t("rights.take.text")}
        </Box>
        <TakeFile
          state={state}
          onStop={stop}
          words={{
            running: t("rights.take.running"),
            done: state.is === "done" ? t("rights.take.done", { name: state.file.name }) : "",
            failed: state.is === "failed" ? t(`rights.take.${faultOf(state.error)}`) : "",
          }}
        >
          <BusyButton
            variant="contained"
            isBusy={state.is === "running"}
            startIcon={<SignDown />}
            onClick={() => {
              if (!held) return;
              take(async (signal) => {
                try {
                  return await answerAccess(held.patient, recipients, isNamed, signal);
                } catch (error) {
                  // The key is mended where it was typed.
                  if (!signal.aborted && error instanceof ProblemError && error.kind === "no-recipient") {
                    setRefused(true);
                    change(RECIPIENT);
                  }
                  throw error;
                }
              });
            }}
          >
            {t("rights.take.button")}
          </BusyButton>
        </TakeFile>
        {state.is === "done" && (
          <Box sx={{ mt: 1.5 }}>
            <Box component="p" sx={{ m: 0, mb: 1.5 }}>
              {t("rights.take.holds", { counts: countsOf(state.file.counts) })}
            </Box>
            <Box component="p" sx={{ m: 0, mb: 0.75, color: "text.secondary" }}>
              {t("rights.take.opens")}
            </Box>
            <Command>{`age -d -i key.txt -o answer.zip ${state.file.name}`}</Command>
            <Button onClick={begin} sx={{ mt: 2 }}>
              {t("rights.take.another")}
            </Button>
          </Box>
        )}
      </Step>
    </Steps>
  );
}

/** What an answer is about: what is held, without what only an erasure asks for. */
function countsIn({ studies, images, results, reports }: Held) {
  return { studies, images, results, reports };
}

function faultOf(error: unknown): "failed" | "noRoom" | "busy" | "gone" {
  if (isStatus(error, 507)) return "noRoom";
  if (isStatus(error, 404)) return "gone";
  return error instanceof ProblemError && error.kind === "other-answers" ? "busy" : "failed";
}
