// What the page asks of the API, and under which keys it is kept. What belongs to a study is read again when that study changes.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../api/client.ts";
import { EVERYTHING } from "../worklist/filter.ts";
import { readWorklist, type Study } from "../worklist/read.ts";

export type StudyDetail = Schemas["StudyDetail"];
export type StudyFinding = Schemas["StudyFinding"];
export type ImageSummary = Schemas["ImageSummary"];
export type ImageEvidence = Schemas["ImageEvidence"];
export type EvidenceMap = Schemas["EvidenceMap"];
export type StudyReview = Schemas["StudyReview"];
export type EarlierStudy = Schemas["EarlierStudy"];
export type ModelLine = Schemas["ModelLine"];

export const STUDY = "study";
const ofStudy = (uid: string, part: string) => [STUDY, uid, part] as const;
const path = (uid: string) => ({ path: { study_instance_uid: uid } });

export const reviewKey = (uid: string) => ofStudy(uid, "review");

/** Whose study it is; null: the worklist does not have it. */
export function useLine(uid: string): UseQueryResult<Study | null> {
  return useQuery({
    queryKey: ofStudy(uid, "line"),
    queryFn: async ({ signal }) => {
      const part = await readWorklist({ ...EVERYTHING, text: "" }, { studies: [uid], limit: 1 }, signal);
      return part.studies[0] ?? null;
    },
  });
}

export function useStudy(uid: string): UseQueryResult<StudyDetail> {
  return useQuery({
    queryKey: ofStudy(uid, "detail"),
    queryFn: ({ signal }) => answered(api.GET("/studies/{study_instance_uid}", { params: path(uid), signal })),
  });
}

export function readReview(uid: string, signal?: AbortSignal): Promise<StudyReview> {
  const asked = { params: path(uid), ...(signal ? { signal } : {}) };
  // The client's types forget that a point has two numbers.
  return answered(api.GET("/studies/{study_instance_uid}/review", asked)) as Promise<StudyReview>;
}

export function useReview(uid: string): UseQueryResult<StudyReview> {
  return useQuery({ queryKey: reviewKey(uid), queryFn: ({ signal }) => readReview(uid, signal) });
}

export function useEarlier(uid: string): UseQueryResult<Schemas["EarlierStudies"]> {
  return useQuery({
    queryKey: ["earlier", uid],
    queryFn: ({ signal }) => answered(api.GET("/studies/{study_instance_uid}/earlier", { params: path(uid), signal })),
    staleTime: Infinity,
  });
}

/** What an image is and which model looked at it; never changes while its state does not. */
export function useImage(image: ImageSummary | undefined): UseQueryResult<Schemas["ImageDetail"]> {
  const id = image?.id ?? "";
  return useQuery({
    queryKey: ["image", id, image?.state, "detail"],
    queryFn: ({ signal }) => answered(api.GET("/images/{image_id}", { params: { path: { image_id: id } }, signal })),
    enabled: image !== undefined,
    staleTime: Infinity,
  });
}

/** The maps of an image. The exploratory ones are asked for when a person wants them. */
export function useEvidence(image: ImageSummary | undefined, exploratory: boolean): UseQueryResult<ImageEvidence> {
  const id = image?.id ?? "";
  return useQuery({
    queryKey: ["image", id, image?.analysed_at, "evidence", exploratory],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/images/{image_id}/evidence", { params: { path: { image_id: id }, query: { exploratory } }, signal }),
      ),
    enabled: image?.state === "analysed" && !image.evidence_expired_at,
    staleTime: Infinity,
    // The assessed maps of the same image stay while the exploratory ones come.
    placeholderData: (before) => (before?.image_id === id ? before : undefined),
  });
}

export function useColours(): UseQueryResult<Schemas["Colours"]> {
  return useQuery({
    queryKey: ["colours"],
    queryFn: ({ signal }) => answered(api.GET("/colours", { signal })),
    staleTime: Infinity,
  });
}

export function useModels(): UseQueryResult<Schemas["Models"]> {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => answered(api.GET("/models", { signal })),
    staleTime: 5 * 60_000,
  });
}
