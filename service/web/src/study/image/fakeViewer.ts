// A viewer that draws nothing and remembers what was asked of it: a test's stand-in at the port.
import type { Look, OpenViewer, Pane, Picture, Viewer } from "./viewer.ts";

export const PICTURE: Picture = { columns: 1000, rows: 800, modality: "DX", view: "AP" };

export class FakePane implements Pane {
  readonly done: (readonly [string, ...number[]])[] = [];
  readonly #watchers = new Set<() => void>();
  #look: Look = {
    place: { origin: [0, 0], right: [500, 0], down: [0, 400] },
    centre: 2048,
    width: 4096,
    inverted: false,
  };
  isClosed = false;

  look(): Look {
    return this.#look;
  }
  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }
  panBy(x: number, y: number): void {
    this.done.push(["pan", x, y]);
  }
  zoomBy(...asked: [number, number?, number?]): void {
    this.done.push(["zoom", ...asked.filter((one) => one !== undefined)]);
  }
  windowBy(centre: number, width: number): void {
    this.done.push(["window", centre, width]);
  }
  invert(): void {
    this.done.push(["invert"]);
    this.#look = { ...this.#look, inverted: !this.#look.inverted };
    for (const watcher of this.#watchers) watcher();
  }
  fit(): void {
    this.done.push(["fit"]);
  }
  actualSize(): void {
    this.done.push(["actual"]);
  }
  reset(): void {
    this.done.push(["reset"]);
  }
  close(): void {
    this.isClosed = true;
  }
}

export class FakeViewer implements Viewer {
  readonly panes: FakePane[] = [];
  readonly asked: string[] = [];
  isClosed = false;
  /** What reading an image comes to. */
  reading: (imageId: string) => Promise<Picture> = () => Promise.resolve(PICTURE);

  readonly opener: OpenViewer = () => Promise.resolve(this);

  read(imageId: string): Promise<Picture> {
    this.asked.push(imageId);
    return this.reading(imageId);
  }
  thumbnail(): void {
    // Nothing is drawn.
  }
  open(): Promise<Pane> {
    const pane = new FakePane();
    this.panes.push(pane);
    return Promise.resolve(pane);
  }
  close(): void {
    this.isClosed = true;
  }
  get pane(): FakePane {
    const last = this.panes.at(-1);
    if (!last) throw new Error("no pane is open");
    return last;
  }
}
