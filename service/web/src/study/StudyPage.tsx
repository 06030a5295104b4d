// One study: the radiograph, why the model says what it says, and the physician's own verdict beside it.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import Box from "@mui/material/Box";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { useChanges } from "../api/events.ts";
import { isRestricted, isStatus } from "../api/problem.ts";
import type { Label } from "../findings/call.ts";
import { Failure } from "../shell/Failure.tsx";
import { Centred } from "../shell/Centred.tsx";
import { SignLock } from "../shell/icons.tsx";
import { useShortcuts } from "../shell/shortcuts.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { useGathered } from "../worklist/useGathered.ts";
import { FindingsPanel, type Standings } from "./findings/FindingsPanel.tsx";
import { answersOf, firstShown } from "./findings/groups.ts";
import { WhyDialog } from "./findings/WhyDialog.tsx";
import type { Point } from "./image/place.ts";
import { ViewArea } from "./image/ViewArea.tsx";
import type { OpenViewer } from "./image/viewer.ts";
import { useNeighbours } from "./neighbours.ts";
import {
  type ImageSummary,
  STUDY,
  useColours,
  useEarlier,
  useEvidence,
  useImage,
  useLine,
  useModels,
  useReview,
  useStudy,
} from "./read.ts";
import { StudyHead } from "./StudyHead.tsx";
import { WithdrawnBanner } from "./WithdrawnBanner.tsx";
import { callsOf, type Calls, MOST_REGIONS, type Region, withRegion } from "./verdict/content.ts";
import { useDraft } from "./verdict/useDraft.ts";
import { VerdictPanel } from "./verdict/VerdictPanel.tsx";

const NO_REGIONS: readonly Region[] = [];
const openCornerstone: OpenViewer = async () => (await import("./image/cornerstone.ts")).openViewer();

/** `openViewer`: what draws radiographs; it is loaded when it is needed. */
export default function StudyPage({ openViewer = openCornerstone }: { openViewer?: OpenViewer }) {
  const { t } = useTranslation();
  const { uid = "" } = useParams();
  const queries = useQueryClient();
  const line = useLine(uid);
  const study = useStudy(uid);
  const review = useReview(uid);
  const { neighbours, go, back } = useNeighbours(uid);
  const hold = useDraft(uid, review.data);
  const reading = useReadingState(study.data);
  const { images, image, label, elsewhere } = reading;
  const [withExploratory, setWithExploratory] = useState(false);
  const [drawing, setDrawing] = useState<Label | null>(null);
  const [why, setWhy] = useState<Label | null>(null);
  const evidence = useEvidence(study.data?.withdrawn_at ? undefined : (image ?? undefined), withExploratory);
  const colours = useColours();
  const detail = useImage(image ?? undefined);
  const models = useModels();
  const earlier = useEarlier(uid);
  usePageTitle(t("study.title"));

  const onChanged = useCallback(
    async (changed: readonly string[] | null) => {
      if (changed === null || changed.includes(uid)) await queries.invalidateQueries({ queryKey: [STUDY, uid] });
    },
    [queries, uid],
  );
  useChanges(useGathered(onChanged));
  useShortcuts([
    { keys: ["k"], word: "previous", where: "inStudy", handler: () => go(neighbours?.previous) },
    { keys: ["j"], word: "next", where: "inStudy", handler: () => go(neighbours?.next) },
  ]);

  const withdrawnAt = study.data?.withdrawn_at ?? null;
  const isWithdrawn = withdrawnAt !== null;
  const calls = useMemo(() => callsOf(study.data?.findings ?? []), [study.data]);
  const callsOfReport = useSeenCalls(review.data?.report_revision, study.data?.report?.revision, calls);
  const model = models.data?.models.find(({ digest }) => digest === detail.data?.model?.digest) ?? null;
  const standings: Standings = useMemo(() => new Map(model?.labels.map((one) => [one.label, one])), [model]);
  const content = hold.entry?.content;
  const regions = useMemo(
    () => content?.regions.filter((region) => region.image_id === image?.id) ?? [],
    [content, image],
  );
  const onDrawingEnd = useCallback(() => setDrawing(null), []);
  const onDrawn = (points: readonly Point[]) => {
    if (content && image && drawing) hold.change(withRegion(content, drawing, image.id, points));
    setDrawing(null);
  };

  // What was read before may be shown no more.
  if (isRestricted(study.error) || line.data?.status === "restricted") {
    return (
      <Box sx={{ height: "100%", display: "flex", flexDirection: "column" }}>
        <StudyHead line={null} isRestricted neighbours={neighbours} back={back} onGo={go} />
        <Centred
          role="alert"
          title={t("study.restricted.title")}
          text={t("study.restricted.text")}
          sign={<SignLock />}
        />
      </Box>
    );
  }
  if (study.error && !study.data) {
    return isStatus(study.error, 404) ? (
      <Centred title={t("study.missing.title")} text={t("study.missing.text")} />
    ) : (
      <Failure error={study.error} title={t("study.failed")} onRetry={() => void study.refetch()} />
    );
  }
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column" }}>
      <StudyHead line={line.data} neighbours={neighbours} back={back} onGo={go} />
      {withdrawnAt !== null && <WithdrawnBanner at={withdrawnAt} because={study.data?.withdrawn_because ?? null} />}
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: "grid",
          gridTemplateColumns: "minmax(0, 1fr) clamp(25rem, 23vw, 30rem)",
          gridTemplateRows: "minmax(0, 1fr)",
        }}
      >
        <ViewArea
          openViewer={openViewer}
          images={images}
          image={image}
          onImage={reading.setImage}
          evidence={isWithdrawn ? undefined : evidence.data}
          colours={colours.data}
          label={isWithdrawn ? null : label}
          regions={isWithdrawn ? NO_REGIONS : regions}
          drawing={isWithdrawn ? null : drawing}
          onDrawn={onDrawn}
          onDrawingEnd={onDrawingEnd}
        />
        <Box
          sx={{
            borderLeft: 1,
            borderColor: "divider",
            bgcolor: "background.paper",
            display: "flex",
            flexDirection: "column",
            minHeight: 0,
          }}
        >
          {!isWithdrawn && (
            <FindingsPanel
              answers={reading.answers}
              standings={standings}
              evidence={evidence.data}
              status={study.data?.status ?? "preliminary"}
              isWaiting={study.data !== undefined && reading.answers.length === 0}
              label={label}
              onLabel={reading.setLabel}
              elsewhere={
                elsewhere && { number: images.indexOf(elsewhere) + 1, onShow: () => reading.setImage(elsewhere) }
              }
              withExploratory={withExploratory}
              onExploratory={setWithExploratory}
              onWhy={setWhy}
              earlier={earlier.data?.studies}
              digest={detail.data?.model?.digest ?? null}
            />
          )}
          {review.data && (!isWithdrawn || review.data.standing) && (
            <VerdictPanel
              review={review.data}
              hold={hold}
              calls={calls}
              callsOf={callsOfReport}
              canDraw={
                image?.state === "analysed" && !image.pixels_expired_at && (content?.regions.length ?? 0) < MOST_REGIONS
              }
              drawing={drawing}
              onDraw={setDrawing}
            />
          )}
          {review.error && !review.data ? (
            <Failure error={review.error} title={t("study.verdict.failed")} onRetry={() => void review.refetch()} />
          ) : null}
        </Box>
      </Box>
      {why && <WhyDialog label={why} model={model} onClose={() => setWhy(null)} />}
    </Box>
  );
}

/** Which image and which evidence are on the screen: what the reader chose, else what is called. */
function useReadingState(study: ReturnType<typeof useStudy>["data"]) {
  const [chosenImage, setChosenImage] = useState<string | null>(null);
  const [chosenLabel, setChosenLabel] = useState<Label | null>(null);
  const images = useMemo(() => study?.received.filter(({ state }) => state !== "superseded") ?? [], [study]);
  const answers = useMemo(() => answersOf(study?.findings ?? []), [study]);
  const label = chosenLabel ?? firstShown(answers);
  const imageOf = useCallback(
    (wanted: Label | null) => {
      const uid = answers.find((answer) => answer.label === wanted)?.sop_instance_uid;
      return images.find((image) => image.state === "analysed" && image.sop_instance_uid === uid) ?? null;
    },
    [answers, images],
  );
  const image =
    images.find(({ id }) => id === chosenImage) ??
    imageOf(label) ??
    images.find(({ state }) => state === "analysed") ??
    images.find(({ state }) => state === "received") ??
    null;
  // What is on the screen stays there, whatever comes meanwhile: nobody reads one image and is shown another.
  if (chosenLabel === null && label !== null) setChosenLabel(label);
  if (chosenImage === null && image?.state === "analysed") setChosenImage(image.id);
  const source = imageOf(label);
  const onScreen = image?.id ?? null;
  const setImage = useCallback(({ id }: ImageSummary) => setChosenImage(id), []);
  const setLabel = useCallback(
    (next: Label) => {
      setChosenLabel(next);
      // The image that the answer comes from; where none gave it, the one on the screen.
      setChosenImage(imageOf(next)?.id ?? onScreen);
    },
    [imageOf, onScreen],
  );
  return {
    images,
    answers,
    label,
    image,
    /** The image that gave the answer, where another one is on the screen. */
    elsewhere: source && source !== image ? source : null,
    setImage,
    setLabel,
  };
}

/** Remembers what the model said in each report that was on this page. */
function useSeenCalls(revision: number | undefined, shown: number | undefined, calls: Calls) {
  const seen = useRef(new Map<number, Calls>());
  useEffect(() => {
    if (revision !== undefined && revision === shown) seen.current.set(revision, calls);
  }, [revision, shown, calls]);
  return useCallback((reportRevision: number) => seen.current.get(reportRevision) ?? null, []);
}
