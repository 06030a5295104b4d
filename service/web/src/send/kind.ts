// What a file is, by its first bytes: its name may say anything.

/** `picture`: PNG or JPEG, which says nothing of its patient. `other`: neither; only Diafan can tell. */
export type Kind = "dicom" | "picture" | "other";

const DICM_AT = 128;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const DICM = [0x44, 0x49, 0x43, 0x4d];

/** Reads no more than the beginning (PS3.10 7.1); throws DOMException where the file cannot be read. */
export async function kindOf(file: Blob): Promise<Kind> {
  const bytes = new Uint8Array(await file.slice(0, DICM_AT + DICM.length).arrayBuffer());
  const has = (signature: readonly number[], at = 0) => signature.every((byte, place) => bytes[at + place] === byte);
  if (has(DICM, DICM_AT)) return "dicom";
  return has(PNG) || has(JPEG) ? "picture" : "other";
}
