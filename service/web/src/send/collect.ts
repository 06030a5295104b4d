// The files that somebody drops, chooses or pastes; of folders, those that can be images.
import { kindOf } from "./kind.ts";

export interface Collected {
  files: File[];
  /** How many files of folders were left out, because they are neither DICOM nor a picture. */
  leftOut: number;
}

/** The list of what is on a DICOM medium (PS3.10 8.6): DICOM, and no image. */
const DIRECTORY = "DICOMDIR";

/** Takes what was dropped; folders are looked through, whatever is in them. */
export async function fromDrop(transfer: DataTransfer): Promise<Collected> {
  // The entries are gone once the event is over: they are taken before anything is waited for.
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry());
  const loose = items.map((item) => item.getAsFile());
  const files: File[] = [];
  const inside: File[] = [];
  for (const [at, entry] of entries.entries()) {
    const file = loose[at];
    if (entry?.isDirectory) await walk(entry as FileSystemDirectoryEntry, inside);
    else if (file) files.push(file);
  }
  const images = await imagesOf(inside);
  return { files: [...files, ...images], leftOut: inside.length - images.length };
}

/** Takes the files of a chosen folder. */
export async function fromFolder(files: readonly File[]): Promise<Collected> {
  const images = await imagesOf(files);
  return { files: images, leftOut: files.length - images.length };
}

async function walk(folder: FileSystemDirectoryEntry, found: File[]): Promise<void> {
  const reader = folder.createReader();
  const more = () =>
    new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
  // A browser gives a hundred at a time, and an empty list at the end.
  for (let some = await more(); some.length; some = await more()) {
    for (const entry of some) {
      if (entry.isDirectory) await walk(entry as FileSystemDirectoryEntry, found);
      else found.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

async function imagesOf(files: readonly File[]): Promise<File[]> {
  const images: File[] = [];
  for (const file of files) if (file.name !== DIRECTORY && (await isImage(file))) images.push(file);
  return images;
}

async function isImage(file: File): Promise<boolean> {
  try {
    return (await kindOf(file)) !== "other";
  } catch {
    // It cannot be read: it is kept, so that its line says so.
    return true;
  }
}
