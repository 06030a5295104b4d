// Where the physician decides: the verdict as it stands, whoever gave it, and what is in the way of the next one.
import { memo, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { useSession } from "../../shell/sessionContext.ts";
import { useTimes } from "../../worklist/useTimes.ts";
import { STUDY, type StudyReview } from "../read.ts";
import { amended, type Calls, isNothing, renewed } from "./content.ts";
import { KeptState } from "./KeptState.tsx";
import { Note } from "./Notes.tsx";
import { SignedView } from "./SignedView.tsx";
import { type DraftHold, withdrawQuestion } from "./useDraft.ts";
import { VerdictForm } from "./VerdictForm.tsx";

interface Props {
  review: StudyReview;
  hold: DraftHold;
  calls: Calls;
  /** The model's answers of a report that was on this page before; null: not known. */
  callsOf: (reportRevision: number) => Calls | null;
  canDraw: boolean;
  drawing: Label | null;
  onDraw: (label: Label | null) => void;
}

export const VerdictPanel = memo(function VerdictPanel({
  review,
  hold,
  calls,
  callsOf,
  canDraw,
  drawing,
  onDraw,
}: Props) {
  const { t } = useTranslation();
  const { scopes } = useSession();
  const queries = useQueryClient();
  const { entry } = hold;
  const again = () => void queries.invalidateQueries({ queryKey: [STUDY, review.study_instance_uid] });
  const standing = review.reviews.find(({ id }) => id === review.standing) ?? null;
  const opinions = review.reviews.filter(({ kind }) => kind === "second-opinion");
  const isWriting = entry !== undefined && (!isNothing(entry.content) || entry.version > 0);
  const mayWrite = scopes.includes("review.write");
  const isWithdrawn = review.obstacle === "study-withdrawn";
  const isGone = review.obstacle === "pixels-expired";
  const isForm =
    mayWrite &&
    !isWithdrawn &&
    !isGone &&
    review.report_revision > 0 &&
    entry !== undefined &&
    (isWriting || !standing || review.signs_as === "second-opinion");
  const isOld = isWriting && entry.content.report_revision !== review.report_revision;

  return (
    <Box
      component="section"
      aria-labelledby="verdict-title"
      sx={{
        flex: "0 1 auto",
        maxHeight: "62%",
        overflowY: "auto",
        borderTop: 1,
        borderColor: "divider",
        bgcolor: "ours.raised",
        px: "19px",
        pt: 1.5,
        pb: 1.75,
      }}
    >
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 1, mb: 0.5 }}>
        <Typography id="verdict-title" variant="h2" sx={{ flex: 1 }}>
          {t(review.signs_as === "second-opinion" ? "study.verdict.titleOpinion" : "study.verdict.title")}
        </Typography>
        {isForm && <KeptState keeping={entry.keeping} />}
      </Box>
      {isWithdrawn && standing && <Note text={t("study.withdrawn.signed")} />}
      {!mayWrite && <Note text={t("study.verdict.notYours")} />}
      {review.report_revision === 0 && <Note text={t("study.verdict.noReport")} />}
      {!isWithdrawn && <Question review={review} onWithdrawn={again} />}
      {standing && <SignedView review={standing} />}
      {opinions.map((one) => (
        <SignedView key={one.id} review={one} />
      ))}
      {isForm && entry.keeping.state === "conflict" && <Conflict hold={hold} />}
      {isForm && standing && isWriting && review.signs_as === "amendment" && (
        <Note text={t(standing.is_yours ? "study.verdict.amending" : "study.verdict.signedMeanwhile")} />
      )}
      {isForm && review.report_pending && <Note text={t("study.verdict.pending")} />}
      {isForm && isOld && !review.report_pending && (
        <Note tone="warning" text={t("study.verdict.changed")}>
          <Button
            size="small"
            onClick={() =>
              hold.change(renewed(entry.content, review.report_revision, callsOf(entry.content.report_revision), calls))
            }
          >
            {t("study.verdict.looked")}
          </Button>
        </Note>
      )}
      {isForm && (
        <VerdictForm
          review={review}
          content={entry.content}
          calls={calls}
          hold={hold}
          isHeldUp={isOld || review.report_pending || entry.keeping.state === "conflict"}
          canDraw={canDraw}
          drawing={drawing}
          onDraw={onDraw}
          onAsked={again}
        />
      )}
      {isGone && mayWrite && (
        <>
          <Note text={t("study.verdict.gone")} />
          <Button variant="contained" disabled>
            {t(`study.verdict.sign.${review.signs_as ?? "first"}`)}
          </Button>
        </>
      )}
      {standing && mayWrite && !isForm && !isGone && review.signs_as === "amendment" && (
        <Box sx={{ mt: 1, display: "flex", alignItems: "center", gap: 1.5 }}>
          <Button onClick={() => hold.change(amended(standing, review.report_revision, calls))}>
            {t("study.verdict.amend")}
          </Button>
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            {t("study.verdict.amendMeans")}
          </Typography>
        </Box>
      )}
    </Box>
  );
});

/** A question to a colleague that is not answered yet. */
function Question({ review, onWithdrawn }: { review: StudyReview; onWithdrawn: () => void }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  const [failed, setFailed] = useState(false);
  const asked = review.second_opinions.find((one) => one.answered_by === null && one.withdrawn_at === null);
  if (!asked) return null;
  const values = {
    who: asked.name || t("study.signed.somebody"),
    day: times.date(asked.asked_at.slice(0, 10)),
    time: times.hour(asked.asked_at),
  };
  const kind = asked.is_yours ? "yours" : review.signs_as === "second-opinion" ? "forYou" : "others";
  const withdraw = async () => {
    setFailed(false);
    try {
      await withdrawQuestion(review.study_instance_uid);
      onWithdrawn();
    } catch {
      setFailed(true);
    }
  };
  return (
    <Note text={t(`study.opinion.${kind}`, values)} quote={asked.question}>
      {asked.is_yours && (
        <Button size="small" onClick={() => void withdraw()}>
          {t("study.opinion.withdraw")}
        </Button>
      )}
      {failed && <span role="alert">{t("study.opinion.failed")}</span>}
    </Note>
  );
}

function Conflict({ hold }: { hold: DraftHold }) {
  const { t } = useTranslation();
  const settle = (keep: "this" | "other") => void hold.settle(keep).catch(() => undefined);
  return (
    <Note tone="warning" text={t("study.verdict.conflict")}>
      <Button size="small" onClick={() => settle("this")}>
        {t("study.verdict.keepThis")}
      </Button>
      <Button size="small" onClick={() => settle("other")}>
        {t("study.verdict.takeOther")}
      </Button>
    </Note>
  );
}
