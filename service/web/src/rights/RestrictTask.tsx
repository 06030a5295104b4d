// Restricting what may be done with a patient's data, or lifting that (GDPR Art. 18): whom it concerns, why, and what stops or goes on.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { BusyButton } from "./BusyButton.tsx";
import { Decision } from "./Decision.tsx";
import { DoButton } from "./DoButton.tsx";
import {
  type Foreseen,
  foreseeRestriction,
  type Ground,
  GROUNDS,
  type Held,
  liftRestriction,
  restrict,
} from "./read.ts";
import { standOf, Step, Steps } from "./Step.tsx";
import { TextField } from "./TextField.tsx";
import { useCounts } from "./useCounts.ts";
import { useDays } from "./useDays.ts";
import { WhomStep, WhomSummary } from "./WhomStep.tsx";

const [WHOM, WHY, DO] = [1, 2, 3];

const NOTHING: Foreseen["covers"] = {
  studies: 0,
  images: 0,
  results: 0,
  reports: 0,
  waiting: 0,
  deliveries: 0,
  owed: 0,
  sending: 0,
};

interface Whom {
  held: Held;
  patientId: string;
  foreseen: Foreseen;
}

export function RestrictTask() {
  const { t } = useTranslation();
  const countsOf = useCounts();
  const [at, setAt] = useState(WHOM);
  const [whom, setWhom] = useState<Whom | null>(null);
  const [ground, setGround] = useState<Ground | null>(null);
  const { studies = 0, images = 0, results = 0, reports = 0 } = whom?.held ?? {};
  const standing = whom?.foreseen.standing;
  return (
    <Steps>
      <Step
        number={WHOM}
        title={t("rights.whom.title")}
        stand={standOf(WHOM, at)}
        onChange={() => {
          setWhom(null);
          setGround(null);
          setAt(WHOM);
        }}
        summary={whom && <WhomSummary {...whom} counts={countsOf({ studies, images, results, reports })} />}
      >
        <WhomStep
          onFound={async (held, patientId) => {
            setWhom({ held, patientId, foreseen: await foreseeRestriction(held.patient) });
            setAt(WHY);
          }}
        />
      </Step>
      {standing ? (
        <Lifting at={at} onAt={setAt} whom={whom} standing={standing} />
      ) : (
        <Restricting at={at} onAt={setAt} whom={whom} ground={ground} onGround={setGround} />
      )}
    </Steps>
  );
}

interface Props {
  at: number;
  onAt: (at: number) => void;
  whom: Whom | null;
}

interface RestrictingProps extends Props {
  ground: Ground | null;
  onGround: (ground: Ground | null) => void;
}

function Restricting({ at, onAt, whom, ground, onGround }: RestrictingProps) {
  const { t } = useTranslation();
  const countsOf = useCounts();
  const { studies, images, results, reports, ...stops } = whom?.foreseen.covers ?? NOTHING;
  const lines = (["waiting", "deliveries", "owed", "sending"] as const).filter((one) => stops[one] > 0);
  return (
    <>
      <Step
        number={WHY}
        title={t("rights.ground.title")}
        stand={standOf(WHY, at)}
        onChange={() => onAt(WHY)}
        summary={ground && t(`rights.ground.${ground}`)}
      >
        <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
          {t("rights.ground.text")}
        </Box>
        <Decision
          label={t("rights.ground.label")}
          value={ground ?? ""}
          ways={GROUNDS.map((one) => ({
            value: one,
            word: t(`rights.ground.${one}`),
            help: t(`rights.ground.${one}Help`),
          }))}
          onChange={(chosen) => onGround(GROUNDS.find((one) => one === chosen) ?? ground)}
        />
        <Box sx={{ mt: 1.5 }}>
          <BusyButton variant="contained" isBusy={ground === null} onClick={() => onAt(DO)}>
            {t("rights.goOn")}
          </BusyButton>
        </Box>
      </Step>
      <Step number={DO} title={t("rights.stop.title")} stand={standOf(DO, at)} onChange={() => undefined} isLast>
        <Box component="p" sx={{ m: 0 }}>
          {t("rights.stop.stays", { counts: countsOf({ studies, images, results, reports }) })}
        </Box>
        {lines.length > 0 && (
          <Box component="ul" sx={{ m: 0, mt: 1, pl: 2.5 }}>
            {lines.map((one) => (
              <Box component="li" key={one} sx={{ color: one === "sending" ? "warning.main" : "text.primary" }}>
                {t(`rights.stop.${one}`, { count: stops[one] })}
              </Box>
            ))}
          </Box>
        )}
        <Box component="p" sx={{ m: 0, mt: 1, color: "text.secondary" }}>
          {t("rights.stop.elsewhere")}
        </Box>
        <DoButton
          word={t("rights.stop.button")}
          running={t("rights.stop.running")}
          act={async () => {
            if (whom && ground) await restrict(whom.held.patient, ground);
            return t("rights.stop.done");
          }}
        />
      </Step>
    </>
  );
}

function Lifting({ at, onAt, whom, standing }: Props & { standing: NonNullable<Foreseen["standing"]> }) {
  const { t } = useTranslation();
  const { moment, day } = useDays();
  const [toldOn, setToldOn] = useState("");
  const [wrong, setWrong] = useState<"missing" | "wrong" | null>(null);
  const since = Date.parse(standing.since);
  return (
    <>
      <Step
        number={WHY}
        title={t("rights.lift.standing")}
        stand={standOf(WHY, at)}
        onChange={() => onAt(WHY)}
        summary={toldOn && `${t("rights.lift.told")}: ${day(toldOn)}`}
      >
        <Box
          component="form"
          noValidate
          onSubmit={(event: React.SyntheticEvent) => {
            event.preventDefault();
            const fault = faultOf(toldOn, since);
            setWrong(fault);
            if (!fault) onAt(DO);
          }}
        >
          <Box component="p" sx={{ m: 0, fontWeight: 600 }}>
            {t("rights.lift.since", { when: moment(since), ground: t(`rights.ground.${standing.ground}`) })}
          </Box>
          <Box component="p" sx={{ m: 0, mt: 1, mb: 1.5, color: "text.secondary" }}>
            {t("rights.lift.text")}
          </Box>
          <Box sx={{ maxWidth: "14rem" }}>
            <TextField
              id="lift-told"
              type="date"
              word={t("rights.lift.told")}
              value={toldOn}
              wrong={wrong && t(`rights.lift.${wrong}`)}
              isFirst
              onChange={(typed) => {
                setToldOn(typed);
                setWrong(null);
              }}
            />
          </Box>
          <Button type="submit" variant="contained" sx={{ mt: 1.5 }}>
            {t("rights.goOn")}
          </Button>
        </Box>
      </Step>
      <Step number={DO} title={t("rights.lift.title")} stand={standOf(DO, at)} onChange={() => undefined} isLast>
        <Box component="p" sx={{ m: 0 }}>
          {t("rights.lift.goesOn")}
        </Box>
        <DoButton
          word={t("rights.lift.button")}
          running={t("rights.lift.running")}
          act={async () => {
            if (!whom) return "";
            const { images, deliveries, reports } = await liftRestriction(whom.held.patient, toldOn);
            return t("rights.lift.done", { images, deliveries, reports });
          }}
        />
      </Step>
    </>
  );
}

/** Days are those of UTC, as the log has them. */
function faultOf(toldOn: string, since: number): "missing" | "wrong" | null {
  if (!toldOn) return "missing";
  const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);
  return dayOf(since) <= toldOn && toldOn <= dayOf(Date.now()) ? null : "wrong";
}
