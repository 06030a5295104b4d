// What is known of one model, from what decides most to what few ask for.
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { Failure } from "../shell/Failure.tsx";
import { AboutPanel } from "./AboutPanel.tsx";
import { CalibrationPanel } from "./CalibrationPanel.tsx";
import type { Evaluation } from "./evaluation.ts";
import { KeyFigures } from "./KeyFigures.tsx";
import { LabelsTable } from "./LabelsTable.tsx";
import { MapsPanel } from "./MapsPanel.tsx";
import { evaluationQuery, faithfulnessQuery, type Model } from "./read.ts";
import { ShortcutsPanel } from "./ShortcutsPanel.tsx";
import { SubgroupsPanel } from "./SubgroupsPanel.tsx";
import { ThresholdPanel } from "./ThresholdPanel.tsx";
import { Warnings } from "./Warnings.tsx";

export function ModelBody({ model }: { model: Model }) {
  const { t } = useTranslation();
  const evaluation = useQuery(evaluationQuery(model));
  const faithfulness = useQuery(faithfulnessQuery(model));
  if (evaluation.error && !evaluation.data)
    return (
      <Box sx={{ height: "24rem" }}>
        <Failure error={evaluation.error} title={t("models.readFailed")} onRetry={() => void evaluation.refetch()} />
      </Box>
    );
  if (model.evaluated && evaluation.data === undefined) return <Bones />;
  const known = evaluation.data ?? null;
  const maps = model.explained ? faithfulness.data : null;
  return (
    <Box sx={{ mt: 2, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      {known ? (
        <>
          <Figures model={model} evaluation={known} />
          <Warnings evaluation={known} faithfulness={maps} />
        </>
      ) : (
        <Unknown words={model.evaluated ? "unreadable" : "notEvaluated"} />
      )}
      <LabelsTable model={model} evaluation={known} />
      {known && (
        <>
          <ShortcutsPanel evaluation={known} />
          <ThresholdPanel model={model} evaluation={known} />
          <CalibrationPanel evaluation={known} />
          <SubgroupsPanel evaluation={known} />
        </>
      )}
      {faithfulness.error ? (
        <Failure
          error={faithfulness.error}
          title={t("models.maps.failed")}
          onRetry={() => void faithfulness.refetch()}
        />
      ) : (
        maps !== undefined && <MapsPanel model={model} faithfulness={maps} />
      )}
      {known && <AboutPanel model={model} evaluation={known} />}
    </Box>
  );
}

function Figures({ model, evaluation }: { model: Model; evaluation: Evaluation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const test = evaluation.splits.find(({ name }) => name === "test");
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "flex-end", gap: 3 }}>
      <KeyFigures evaluation={evaluation} />
      <Box sx={{ flex: 1 }} />
      <Typography variant="second" component="div" sx={{ color: "text.disabled", textAlign: { lg: "right" } }}>
        {test && (
          <div>
            {t("models.testImages", { images: figures.count(test.images), patients: figures.count(test.patients) })}
          </div>
        )}
        <Digest word={t("models.digest", { digest: short(model.digest) })} whole={model.digest} />
        <Digest word={t("models.weights", { digest: short(model.weights_sha256) })} whole={model.weights_sha256} />
      </Typography>
    </Box>
  );
}

function Digest({ word, whole }: { word: string; whole: string }) {
  return <div title={whole}>{word}</div>;
}

const short = (digest: string) => `${digest.slice(0, 16)}…`;

function Unknown({ words }: { words: "notEvaluated" | "unreadable" }) {
  const { t } = useTranslation();
  return (
    <Box role="status" sx={{ px: 2, py: 1.5, bgcolor: "background.paper", borderLeft: 3, borderColor: "ours.present" }}>
      <Typography variant="h2" sx={{ color: "ours.present" }}>
        {t(`models.${words}.title`)}
      </Typography>
      <Box sx={{ color: "text.secondary" }}>{t(`models.${words}.text`)}</Box>
    </Box>
  );
}

function Bones() {
  return (
    <Box aria-hidden sx={{ mt: 2, display: "grid", gap: 2 }}>
      <Box sx={{ display: "flex", gap: 5 }}>
        {[0, 1, 2, 3, 4].map((one) => (
          <Skeleton key={one} animation={false} variant="rectangular" width="9rem" height="3.5rem" />
        ))}
      </Box>
      <Skeleton animation={false} variant="rectangular" height="2.5rem" />
      <Skeleton animation={false} variant="rectangular" height="46rem" />
    </Box>
  );
}
