// What becomes of images that Diafan took: which study each is of, and where that study stands. Kept beside the pages, as the batch is.
import { answered, api, type Schemas } from "../api/client.ts";
import { isRestricted } from "../api/problem.ts";
import { EVERYTHING } from "../worklist/filter.ts";
import { readWorklist, type Study } from "../worklist/read.ts";

export type Image = Schemas["ImageDetail"];

const MOST_STUDIES = 200;
const IMAGES_AT_A_TIME = 4;

export interface Results {
  images: ReadonlyMap<string, Image>;
  studies: ReadonlyMap<string, Study>;
}

const NOTHING: Results = { images: new Map(), studies: new Map() };
const listeners = new Set<() => void>();
let results = NOTHING;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function known(): Results {
  return results;
}

export function forget(): void {
  change(NOTHING);
}

function change(part: Partial<Results>): void {
  results = { ...results, ...part };
  for (const listener of listeners) listener();
}

/** Reads what is new of these images, and of their studies where `changed` says so; null: anything may have changed. */
export async function look(imageIds: readonly string[], changed: readonly string[] | null): Promise<void> {
  const isAffected = (uid: string) => changed === null || changed.includes(uid);
  const isNew = (id: string) => !results.images.has(id);
  const fresh = imageIds.filter(isNew);
  await readImages(fresh);
  const uidOf = (id: string) => results.images.get(id)?.study_instance_uid ?? "";
  const uids = new Set(imageIds.map(uidOf).filter(isAffected));
  for (const id of fresh) uids.add(uidOf(id));
  await readStudies([...uids]);
  // Every look at an image is in the audit log: it is looked at again when its study says that something has come of it.
  const isOver = (id: string) => {
    const image = results.images.get(id);
    const status = results.studies.get(uidOf(id))?.status;
    return image?.state === "received" && uids.has(uidOf(id)) && status !== undefined && status !== "received";
  };
  await readImages(imageIds.filter(isOver));
}

async function readImages(ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += IMAGES_AT_A_TIME) {
    const some = await Promise.all(ids.slice(at, at + IMAGES_AT_A_TIME).map(readImage));
    const shown = some.filter((image) => image !== null).map((image) => [image.id, image] as const);
    change({ images: new Map([...results.images, ...shown]) });
  }
}

async function readStudies(uids: readonly string[]): Promise<void> {
  for (let at = 0; at < uids.length; at += MOST_STUDIES) {
    const some = uids.slice(at, at + MOST_STUDIES);
    const { studies } = await readWorklist({ ...EVERYTHING, text: "" }, { studies: some, limit: MOST_STUDIES });
    const read = studies.map((study) => [study.study_instance_uid, study] as const);
    change({ studies: new Map([...results.studies, ...read]) });
  }
}

/** Null: the patient's data are restricted, and the upload itself has said so. */
async function readImage(id: string): Promise<Image | null> {
  try {
    return await answered(api.GET("/images/{image_id}", { params: { path: { image_id: id } } }));
  } catch (error) {
    if (isRestricted(error)) return null;
    throw error;
  }
}
