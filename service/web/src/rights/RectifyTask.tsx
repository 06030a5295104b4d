// Correcting what images say of a patient (GDPR Art. 16): whom it concerns, which studies, what is right, and what that does.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { BusyButton } from "./BusyButton.tsx";
import { Decision } from "./Decision.tsx";
import type { Held } from "./read.ts";
import {
  ATTRIBUTES,
  type Correction,
  type Preview,
  readStudies,
  type Study,
  type Values,
  without,
} from "./rectification.ts";
import { RectifyStep } from "./RectifyStep.tsx";
import { RightStep } from "./RightStep.tsx";
import { standOf, Step, Steps } from "./Step.tsx";
import { useCounts } from "./useCounts.ts";
import { useDays } from "./useDays.ts";
import { WhomStep, WhomSummary } from "./WhomStep.tsx";

const [WHOM, WHICH, RIGHT, DO] = [1, 2, 3, 4];
const ALL = "";

interface Whom {
  held: Held;
  patientId: string;
  choices: readonly Study[];
}

export function RectifyTask() {
  const { t } = useTranslation();
  const countsOf = useCounts();
  const [at, setAt] = useState(WHOM);
  const [whom, setWhom] = useState<Whom | null>(null);
  const [study, setStudy] = useState(ALL);
  const [values, setValues] = useState<Values>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const { studies = 0, images = 0, results = 0, reports = 0 } = whom?.held ?? {};
  const isOneStudy = study !== ALL || whom?.choices.length === 1;
  const correction: Correction | null = whom && {
    patient: whom.held.patient,
    studies: study === ALL ? null : [study],
    values,
  };
  return (
    <Steps>
      <Step
        number={WHOM}
        title={t("rights.whom.title")}
        stand={standOf(WHOM, at)}
        onChange={() => {
          setWhom(null);
          setStudy(ALL);
          setValues({});
          setPreview(null);
          setAt(WHOM);
        }}
        summary={whom && <WhomSummary {...whom} counts={countsOf({ studies, images, results, reports })} />}
      >
        <WhomStep
          onFound={async (held, patientId) => {
            setWhom({ held, patientId, choices: await readStudies(held.patient) });
            setAt(WHICH);
          }}
        />
      </Step>
      <WhichStep
        at={at}
        choices={whom?.choices ?? []}
        chosen={study}
        onChoose={(chosen) => {
          setStudy(chosen);
          // An accession number is that of one study.
          setValues(without(values, "accession"));
        }}
        onAt={setAt}
      />
      <Step
        number={RIGHT}
        title={t("rights.correction.right.title")}
        stand={standOf(RIGHT, at)}
        onChange={() => setAt(RIGHT)}
        summary={
          <span dir="auto">
            {ATTRIBUTES.filter((one) => values[one])
              .map((one) => `${t(`rights.correction.${one}.word`)}: ${values[one] ?? ""}`)
              .join(" · ")}
          </span>
        }
      >
        {correction && (
          <RightStep
            correction={correction}
            isOneStudy={isOneStudy}
            onValues={setValues}
            onForeseen={(foreseen) => {
              setPreview(foreseen);
              setAt(DO);
            }}
          />
        )}
      </Step>
      <Step
        number={DO}
        title={t("rights.correction.do.title")}
        stand={standOf(DO, at)}
        onChange={() => undefined}
        isLast
      >
        {preview && <RectifyStep preview={preview} />}
      </Step>
    </Steps>
  );
}

interface WhichProps {
  at: number;
  choices: readonly Study[];
  /** Its UID, or ALL. */
  chosen: string;
  onChoose: (study: string) => void;
  onAt: (at: number) => void;
}

function WhichStep({ at, choices, chosen, onChoose, onAt }: WhichProps) {
  const { t } = useTranslation();
  const { day } = useDays();
  const countsOf = useCounts();
  const wordOf = ({ date, description }: Study) =>
    [
      date ? day(date) : t("rights.correction.which.noDate"),
      description || t("rights.correction.which.noDescription"),
    ].join(", ");
  const one = choices.find(({ study_instance_uid: uid }) => uid === chosen);
  return (
    <Step
      number={WHICH}
      title={t("rights.correction.which.title")}
      stand={standOf(WHICH, at)}
      onChange={() => onAt(WHICH)}
      summary={one ? wordOf(one) : t("rights.correction.which.all")}
    >
      <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
        {t(choices.length > 0 ? "rights.correction.which.text" : "rights.correction.which.none")}
      </Box>
      {choices.length > 0 && (
        <>
          <Decision
            label={t("rights.correction.which.title")}
            value={chosen}
            ways={[
              { value: ALL, word: t("rights.correction.which.all"), help: t("rights.correction.which.allHelp") },
              ...choices.map((study) => ({
                value: study.study_instance_uid,
                word: wordOf(study),
                help: countsOf({ images: study.images }),
              })),
            ]}
            onChange={onChoose}
          />
          <Box sx={{ mt: 1.5 }}>
            <BusyButton variant="contained" isBusy={false} onClick={() => onAt(RIGHT)}>
              {t("rights.goOn")}
            </BusyButton>
          </Box>
        </>
      )}
    </Step>
  );
}
