import { fromDrop, fromFolder } from "./collect.ts";

const dicom = new Uint8Array(140);
dicom.set([0x44, 0x49, 0x43, 0x4d], 128);
const image = (name: string) => new File([dicom], name);
const other = (name: string) => new File(["text"], name);

function entryOf(file: File): object {
  return { isDirectory: false, file: (done: (file: File) => void) => done(file) };
}

/** A folder as a browser gives it: some at a time, and at last nothing. */
function folderOf(...parts: object[]): object {
  return {
    isDirectory: true,
    createReader: () => {
      const left = [...parts];
      return { readEntries: (done: (entries: object[]) => void) => done(left.splice(0, 2)) };
    },
  };
}

function dropped(...entries: object[]): DataTransfer {
  const items = entries.map((entry) => ({
    kind: "file",
    webkitGetAsEntry: () => entry,
    getAsFile: () => (entry as { of?: File }).of ?? null,
  }));
  return { items } as unknown as DataTransfer;
}

it("looks through folders, whatever is in them, and leaves out what can be no image", async () => {
  const inner = folderOf(entryOf(image("3")), entryOf(other("autorun.inf")), entryOf(image("4")));
  const outer = folderOf(entryOf(image("1")), entryOf(image("2")), inner, entryOf(image("DICOMDIR")));
  const { files, leftOut } = await fromDrop(dropped(outer));
  expect([files.map((file) => file.name), leftOut]).toEqual([["1", "2", "3", "4"], 2]);
});

it("keeps a file that was dropped itself: what is wrong with it is then said of it", async () => {
  const file = other("letter.txt");
  const { files, leftOut } = await fromDrop(dropped({ ...entryOf(file), of: file }));
  expect([files, leftOut]).toEqual([[file], 0]);
});

it("takes a chosen folder as a dropped one", async () => {
  const { files, leftOut } = await fromFolder([image("1"), other("2")]);
  expect([files.map((file) => file.name), leftOut]).toEqual([["1"], 1]);
});
