// Preparing an erasure (GDPR Art. 17): whom it concerns, what is held, and what whoever operates the database does. Nothing is changed here.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { Command } from "./Command.tsx";
import { HeldFigures } from "./HeldFigures.tsx";
import type { Held } from "./read.ts";
import { standOf, Step, Steps } from "./Step.tsx";
import { useCounts } from "./useCounts.ts";
import { useDays } from "./useDays.ts";
import { WhomStep, WhomSummary } from "./WhomStep.tsx";

const [WHOM, HELD, OPERATOR] = [1, 2, 3];
const DRY = "diafan gdpr erase";
const DO = "diafan gdpr erase --yes";

export function EraseTask() {
  const { t } = useTranslation();
  const { day } = useDays();
  const countsOf = useCounts();
  const [at, setAt] = useState(WHOM);
  const [whom, setWhom] = useState<{ held: Held; patientId: string } | null>(null);
  const held = whom?.held;
  const { studies = 0, images = 0, results = 0, reports = 0, kept_until: until = null } = held ?? {};
  return (
    <Steps>
      <Step
        number={WHOM}
        title={t("rights.whom.title")}
        stand={standOf(WHOM, at)}
        onChange={() => {
          setWhom(null);
          setAt(WHOM);
        }}
        summary={whom && <WhomSummary {...whom} counts={countsOf({ studies, images, results, reports })} />}
      >
        <WhomStep
          onFound={(found, patientId) => {
            setWhom({ held: found, patientId });
            setAt(HELD);
          }}
        />
      </Step>
      <Step
        number={HELD}
        title={t("rights.held.title")}
        stand={standOf(HELD, at)}
        onChange={() => setAt(HELD)}
        summary={until ? t("rights.held.keptUntil", { date: day(until) }) : t("rights.held.free")}
      >
        {held && <HeldFigures held={held} />}
        <Button variant="contained" onClick={() => setAt(OPERATOR)} sx={{ mt: 2 }}>
          {t("rights.goOn")}
        </Button>
      </Step>
      <Step
        number={OPERATOR}
        title={t(until ? "rights.operator.keptTitle" : "rights.operator.title")}
        stand={standOf(OPERATOR, at)}
        onChange={() => undefined}
        isLast
      >
        {until ? <Refused until={day(until)} /> : held && <Orders held={held} />}
      </Step>
    </Steps>
  );
}

function Refused({ until }: { until: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Box component="p" sx={{ m: 0 }}>
        {t("rights.operator.kept", { date: until })}
      </Box>
      <Box component="p" sx={{ m: 0, mt: 1, color: "text.secondary" }}>
        {t("rights.operator.restrict")}
      </Box>
    </>
  );
}

/** What is to be typed: twice, where somebody has to hear of it first. */
function Orders({ held }: { held: Held }) {
  const { t } = useTranslation();
  const isElsewhere = held.unwithdrawn > 0;
  const orders = [
    [DRY, t("rights.operator.dry")],
    ...(isElsewhere ? [[DO, t("rights.operator.tell")]] : []),
    [DO, t("rights.operator.erase")],
  ] as const;
  return (
    <>
      <Box component="p" sx={{ m: 0 }}>
        {t("rights.operator.why")}
      </Box>
      <Box component="p" sx={{ m: 0, mt: 1 }}>
        {t("rights.operator.who")}
      </Box>
      <Box component="ol" sx={{ m: 0, mt: 2, p: 0, listStyle: "none", display: "grid", gap: 1.75 }}>
        {orders.map(([command, does], at) => (
          <li key={at}>
            <Command>{command}</Command>
            <Box sx={{ mt: 0.5, typography: "second", color: "text.secondary" }}>{does}</Box>
          </li>
        ))}
      </Box>
      <Box component="p" sx={{ m: 0, mt: 2, color: "text.secondary" }}>
        {t("rights.operator.restart")} {t("rights.operator.tellPatient")}
      </Box>
    </>
  );
}
