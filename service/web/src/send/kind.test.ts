import { kindOf } from "./kind.ts";

const dicom = new Uint8Array(140);
dicom.set([0x44, 0x49, 0x43, 0x4d], 128);

it.each([
  ["dicom", dicom],
  ["picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
  ["picture", new Uint8Array([0xff, 0xd8, 0xff, 0xe0])],
  ["other", new Uint8Array([0x25, 0x50, 0x44, 0x46])],
  ["other", new Uint8Array(0)],
])("says %s by the first bytes, whatever the name", async (kind, bytes) => {
  expect(await kindOf(new File([bytes], "photo.exe"))).toBe(kind);
});
