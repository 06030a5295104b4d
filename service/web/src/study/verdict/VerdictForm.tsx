// The verdict while it is written: an answer for each finding, the physician's own words, and the way to sign or to ask.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { type Label, LABELS } from "../../findings/call.ts";
import type { StudyReview } from "../read.ts";
import { AddFinding } from "./AddFinding.tsx";
import {
  type Calls,
  choose,
  chosen,
  type Content,
  isNothing,
  lacks,
  LONGEST_TEXT,
  needed,
  without,
  withoutRegion,
} from "./content.ts";
import { OpinionDialog } from "./OpinionDialog.tsx";
import { SignDialog } from "./SignDialog.tsx";
import { askSecondOpinion, type DraftHold } from "./useDraft.ts";
import { VerdictRow } from "./VerdictRow.tsx";

interface Props {
  review: StudyReview;
  content: Content;
  calls: Calls;
  hold: DraftHold;
  /** Something must be settled first: what is here cannot be signed as it is. */
  isHeldUp: boolean;
  canDraw: boolean;
  drawing: Label | null;
  onDraw: (label: Label | null) => void;
  onAsked: () => void;
}

export function VerdictForm({ review, content, calls, hold, isHeldUp, canDraw, drawing, onDraw, onAsked }: Props) {
  const { t } = useTranslation();
  const [added, setAdded] = useState<readonly Label[]>([]);
  const [wasAsked, setWasAsked] = useState(false);
  const [open, setOpen] = useState<"sign" | "opinion" | null>(null);
  const standing = review.reviews.find(({ id }) => id === review.standing) ?? null;
  const amended = review.signs_as === "amendment" ? standing : null;
  const before = amended?.verdicts.map(({ label }) => label) ?? [];
  const must = new Set([...needed(calls), ...before]);
  const said = new Set<Label>([...content.verdicts, ...content.regions].map(({ label }) => label));
  const listed = LABELS.filter((label) => must.has(label) || said.has(label) || added.includes(label));
  const { missing, contradicts } = lacks(content, calls, before);
  const isAsked = review.second_opinions.some((one) => one.answered_by === null && one.withdrawn_at === null);
  const edit = (change: (from: Content) => Content) => {
    // What begins now looks at the report of now.
    hold.change(change(isNothing(content) ? { ...content, report_revision: review.report_revision } : content));
  };
  const onSign = () => {
    setWasAsked(true);
    if (missing.length === 0 && !contradicts) setOpen("sign");
  };

  return (
    <>
      {listed.length === 0 && (
        <Typography variant="second" sx={{ color: "text.secondary", py: 0.5 }}>
          {t("study.verdict.nothingCalled")}
        </Typography>
      )}
      {listed.map((label) => (
        <VerdictRow
          key={label}
          label={label}
          call={calls.get(label) ?? "not assessed"}
          own={chosen(content, calls, label)}
          isMissing={wasAsked && missing.includes(label)}
          regions={content.regions.filter((region) => region.label === label)}
          canDraw={canDraw}
          isDrawing={drawing === label}
          onChoose={(own) => edit((from) => choose(from, calls, label, own))}
          onDraw={() => onDraw(drawing === label ? null : label)}
          onRegionGone={(region) => edit((from) => withoutRegion(from, region))}
          onRemove={
            must.has(label)
              ? undefined
              : () => {
                  setAdded((known) => known.filter((one) => one !== label));
                  edit((from) => without(from, label));
                }
          }
        />
      ))}
      {contradicts && (
        <Typography role="alert" variant="second" sx={{ color: "error.main" }}>
          {t("study.verdict.contradicts")}
        </Typography>
      )}
      <OutlinedInput
        multiline
        fullWidth
        minRows={1}
        maxRows={5}
        value={content.text}
        onChange={({ target }) => edit((from) => ({ ...from, text: target.value }))}
        placeholder={t("study.verdict.note")}
        inputProps={{ "aria-label": t("study.verdict.note"), maxLength: LONGEST_TEXT }}
        sx={{ mt: 1, p: "6px 10px", typography: "second", "& textarea": { p: 0, height: "auto" } }}
      />
      <Typography variant="caption" sx={{ display: "block", mt: 1, color: "text.secondary" }}>
        {t("supports")} {t("decision")}
      </Typography>
      <Box sx={{ mt: 1, display: "flex", flexWrap: "wrap", gap: 1 }}>
        {review.signs_as && (
          <Button variant="contained" disabled={isHeldUp} onClick={onSign}>
            {t(`study.verdict.sign.${review.signs_as}`)}
          </Button>
        )}
        {!isAsked && <Button onClick={() => setOpen("opinion")}>{t("study.opinion.button")}</Button>}
        {amended && (
          <Button variant="text" onClick={() => void hold.discard().catch(() => undefined)}>
            {t("study.verdict.discard")}
          </Button>
        )}
        <AddFinding
          listed={listed}
          onAdd={(label) => {
            setAdded((known) => [...known, label]);
            edit((from) => choose(from, calls, label, "present"));
          }}
        />
      </Box>
      {wasAsked && missing.length > 0 && (
        <Typography role="alert" variant="second" sx={{ mt: 0.5, color: "error.main" }}>
          {t("study.verdict.missing", { names: missing.map((label) => t(`label.${label}`)).join(", ") })}
        </Typography>
      )}
      {open === "sign" && review.signs_as && (
        <SignDialog
          kind={review.signs_as}
          content={content}
          calls={calls}
          onSign={() => hold.sign(review.report_revision, amended ? review.standing : null)}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "opinion" && (
        <OpinionDialog
          onAsk={async (question) => {
            await askSecondOpinion(review.study_instance_uid, question);
            onAsked();
          }}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
