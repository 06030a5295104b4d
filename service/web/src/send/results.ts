// What becomes of images that Diafan took: which study each is of, and where that study stands. Kept beside the pages, as the batch is.
import { answered, api, type Schemas } from "../api/client.ts";
import { EVERYTHING } from "../worklist/filter.ts";
import { readWorklist, type Study } from "../worklist/read.ts";

export type Image = Schemas["ImageDetail"];

const MOST_STUDIES = 200;
const IMAGES_AT_A_TIME = 4;
/** Every look at an image is in the audit log: once its answer stands it is not looked at again. */
const UNSETTLED: readonly Image["state"][] = ["received"];

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
  const isAffected = (image: Image) => changed === null || changed.includes(image.study_instance_uid);
  const held = imageIds.map((id) => results.images.get(id)).filter((image) => image !== undefined);
  const uids = new Set(held.filter(isAffected).map((image) => image.study_instance_uid));
  const wanted = imageIds.filter((id) => {
    const image = results.images.get(id);
    return !image || (isAffected(image) && UNSETTLED.includes(image.state));
  });
  for (let at = 0; at < wanted.length; at += IMAGES_AT_A_TIME) {
    const some = await Promise.all(wanted.slice(at, at + IMAGES_AT_A_TIME).map(readImage));
    change({ images: new Map([...results.images, ...some.map((image) => [image.id, image] as const)]) });
    for (const image of some) uids.add(image.study_instance_uid);
  }
  const asked = [...uids];
  for (let at = 0; at < asked.length; at += MOST_STUDIES) {
    const some = asked.slice(at, at + MOST_STUDIES);
    const { studies } = await readWorklist({ ...EVERYTHING, text: "" }, { studies: some, limit: MOST_STUDIES });
    change({
      studies: new Map([...results.studies, ...studies.map((study) => [study.study_instance_uid, study] as const)]),
    });
  }
}

function readImage(id: string): Promise<Image> {
  return answered(api.GET("/images/{image_id}", { params: { path: { image_id: id } } }));
}
