// What the page needs of whatever draws radiographs: a port, which Cornerstone3D fills and tests do without.
import type { Place } from "./place.ts";

/** A radiograph that was read. */
export interface Picture {
  columns: number;
  rows: number;
  modality: string;
  /** View Position (0018,5101); "" where none was sent. */
  view: string;
}

/** How a pane shows its radiograph now. */
export interface Look {
  place: Place;
  /** Window centre and width (PS3.3 C.11.2.1.2). */
  centre: number;
  width: number;
  /** Other than the sender meant it. */
  inverted: boolean;
}

/** One place on the screen where the radiograph is drawn. All panes of a viewer show the same one in the same way. */
export interface Pane {
  /** Null until something is drawn. */
  look: () => Look | null;
  /** Calls `listener` after each drawing; returns how to stop that. */
  watch: (listener: () => void) => () => void;
  panBy: (x: number, y: number) => void;
  /** Zooms around a point of the pane, its middle by default; all in CSS pixels. */
  zoomBy: (factor: number, x?: number, y?: number) => void;
  /** Moves centre and width of the window by shares of the radiograph's own range of values. */
  windowBy: (centre: number, width: number) => void;
  invert: () => void;
  fit: () => void;
  /** One pixel of the radiograph on one pixel of the screen. */
  actualSize: () => void;
  /** As it was at first: fitted, with the sender's window. */
  reset: () => void;
  close: () => void;
}

export interface Viewer {
  /** Reads an image by its id of ours; what was read is kept. Raises ProblemError, UnreachableError, NotDrawableError. */
  read: (imageId: string, signal?: AbortSignal) => Promise<Picture>;
  /** Draws a small picture of an image that was read. */
  thumbnail: (imageId: string, canvas: HTMLCanvasElement) => void;
  /** Draws an image that was read, in an element with a size. */
  open: (element: HTMLDivElement, imageId: string) => Promise<Pane>;
  /** Forgets every image. */
  close: () => void;
}

export type OpenViewer = () => Promise<Viewer>;

/** This browser cannot draw the image, whatever the reason. */
export class NotDrawableError extends Error {
  override readonly name = "NotDrawableError";
  readonly why: "too-large" | "undecodable";

  constructor(why: NotDrawableError["why"], options?: ErrorOptions) {
    super(why, options);
    this.why = why;
  }
}
