// Cornerstone3D behind our port. It is loaded when a study is opened, and draws all bits of the image that was received.
import {
  cache,
  Enums,
  getRenderingCapabilities,
  getShouldUseCPURendering,
  imageLoader,
  init as initCore,
  metaData,
  RenderingEngine,
  type StackViewport,
  utilities,
} from "@cornerstonejs/core";
import { init as initLoader, wadouri } from "@cornerstonejs/dicom-image-loader";

import { answered, api } from "../../api/client.ts";
import { CornerstonePane } from "./cornerstonePane.ts";
import { allowWorkers } from "./trust.ts";
import { NotDrawableError, type OpenViewer, type Pane, type Picture, type Viewer } from "./viewer.ts";

/** A canvas of a browser takes no longer side where there is no graphics card to ask. */
const LONGEST_SIDE_PX = 8192;

type CornerstoneImage = Awaited<ReturnType<typeof imageLoader.loadAndCacheImage>> & {
  data?: Partial<Record<"Modality" | "ViewPosition", unknown>>;
};

/** Asked before the provider that reads the header. */
const FIRST = 100_000;

let begun = false;

export const openViewer: OpenViewer = () => {
  if (!begun) {
    allowWorkers();
    initCore({ rendering: { webGlContextCount: 1 }, debug: {} });
    initLoader({ maxWebWorkers: 1 });
    metaData.addProvider(planeWithExtent, FIRST);
    begun = true;
  }
  return Promise.resolve(new CornerstoneViewer());
};

class CornerstoneViewer implements Viewer {
  readonly #engine = new RenderingEngine(`diafan-${String(performance.now())}`);
  readonly #read = new Map<string, Promise<CornerstoneImage>>();
  readonly #images = new Map<string, CornerstoneImage>();
  readonly #panes = new Set<CornerstonePane>();
  #onDrawn: () => void = () => undefined;
  /** Some radiograph is on the screen. */
  readonly #drawn = new Promise<void>((resolve) => {
    this.#onDrawn = resolve;
  });
  #opened = 0;

  async read(imageId: string, signal?: AbortSignal): Promise<Picture> {
    let reading = this.#read.get(imageId);
    if (!reading) {
      reading = load(imageId, signal);
      this.#read.set(imageId, reading);
      reading.catch(() => this.#read.delete(imageId));
    }
    const image = await reading;
    this.#images.set(imageId, image);
    return pictureOf(image);
  }

  thumbnail(imageId: string, canvas: HTMLCanvasElement): void {
    const image = this.#image(imageId);
    // Whoever opens a study waits for the radiograph: its frame comes first.
    void this.#drawn.then(() =>
      setTimeout(() => void utilities.renderToCanvasCPU(canvas, image, undefined, "thumbnails")),
    );
  }

  async open(element: HTMLDivElement, imageId: string): Promise<Pane> {
    this.#opened += 1;
    const viewportId = `pane-${String(this.#opened)}`;
    this.#engine.enableElement({
      viewportId,
      element,
      type: Enums.ViewportType.STACK,
      defaultOptions: { background: [0, 0, 0] },
    });
    element.addEventListener(Enums.Events.IMAGE_RENDERED, () => this.#onDrawn(), { once: true });
    const image = this.#image(imageId);
    const viewport = this.#engine.getViewport<StackViewport>(viewportId);
    await viewport.setStack([image.imageId]);
    const [beside] = this.#panes;
    const pane = new CornerstonePane(viewport, image, this.#panes, () => this.#engine.disableElement(viewportId));
    if (beside) pane.follow(beside);
    viewport.render();
    return pane;
  }

  close(): void {
    for (const pane of this.#panes) pane.close();
    this.#engine.destroy();
    // What somebody looked at stays in no memory longer than the page does.
    cache.purgeCache();
    wadouri.dataSetCacheManager.purge();
    wadouri.fileManager.purge();
  }

  #image(imageId: string): CornerstoneImage {
    const image = this.#images.get(imageId);
    if (!image) throw new Error("an image is read before it is drawn");
    return image;
  }
}

async function load(imageId: string, signal: AbortSignal | undefined): Promise<CornerstoneImage> {
  const file: unknown = await answered(
    api.GET("/images/{image_id}/instance", {
      params: { path: { image_id: imageId } },
      parseAs: "blob",
      ...(signal ? { signal } : {}),
    }),
  );
  let image: CornerstoneImage;
  try {
    image = await imageLoader.loadAndCacheImage(wadouri.fileManager.add(file as Blob));
  } catch (error) {
    throw new NotDrawableError(isTooMuch(error) ? "too-large" : "undecodable", { cause: error });
  }
  const longest = getShouldUseCPURendering() ? LONGEST_SIDE_PX : getRenderingCapabilities().maxTextureSize;
  if (Math.max(image.rows, image.columns) > longest) throw new NotDrawableError("too-large");
  return image;
}

interface Plane {
  rowPixelSpacing?: number;
  columnPixelSpacing?: number;
}

let isAsking = false;

/** Some senders give a pixel spacing of 0, which would leave an image without an extent. It is drawn with square pixels then. */
function planeWithExtent(type: string, imageId: string): Plane | undefined {
  if (type !== "imagePlaneModule" || isAsking) return undefined;
  isAsking = true;
  const told: unknown = metaData.get(type, imageId);
  isAsking = false;
  if (typeof told !== "object" || told === null) return undefined;
  const plane: Plane = told;
  const { rowPixelSpacing = 1, columnPixelSpacing = 1 } = plane;
  return rowPixelSpacing > 0 && columnPixelSpacing > 0
    ? plane
    : { ...plane, rowPixelSpacing: 1, columnPixelSpacing: 1 };
}

function isTooMuch(error: unknown): boolean {
  const cause = typeof error === "object" && error !== null && "error" in error ? error.error : error;
  return cause instanceof RangeError;
}

function pictureOf({ columns, rows, data }: CornerstoneImage): Picture {
  return { columns, rows, modality: text(data?.Modality), view: text(data?.ViewPosition) };
}

/** The text of an element, which may have several values. */
function text(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}
