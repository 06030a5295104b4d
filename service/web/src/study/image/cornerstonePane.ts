// One viewport of Cornerstone3D: what hands and keys do to it, and where its image lies.
import { Enums, getShouldUseCPURendering, type StackViewport, utilities } from "@cornerstonejs/core";

import type { Look, Pane } from "./viewer.ts";
import type { Point } from "./place.ts";

type Vector = [number, number, number];
interface Drawn {
  minPixelValue: number;
  maxPixelValue: number;
  columns: number;
  /** MONOCHROME1: its greys are turned round to look as ever. */
  invert: boolean;
}

/** Further in, a pixel fills the screen; further out, the image is a stamp. */
const ZOOM = { least: 0.1, most: 40 };

export class CornerstonePane implements Pane {
  readonly #viewport: StackViewport;
  readonly #image: Drawn;
  readonly #all: Set<CornerstonePane>;
  readonly #disable: () => void;
  readonly #watchers = new Set<() => void>();
  readonly #size: ResizeObserver;
  #isFitted = true;
  #look: Look | null = null;

  constructor(viewport: StackViewport, image: Drawn, all: Set<CornerstonePane>, disable: () => void) {
    this.#viewport = viewport;
    this.#image = image;
    this.#all = all;
    this.#disable = disable;
    all.add(this);
    viewport.element.addEventListener(Enums.Events.IMAGE_RENDERED, this.#onDrawn);
    this.#size = new ResizeObserver(() => this.#onSize());
    this.#size.observe(viewport.element);
  }

  look(): Look | null {
    return this.#look;
  }

  watch(listener: () => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  panBy(x: number, y: number): void {
    const [from, to] = [this.#viewport.canvasToWorld([0, 0]), this.#viewport.canvasToWorld([-x, -y])];
    this.#moveCamera(difference(to, from), 1);
  }

  zoomBy(factor: number, x?: number, y?: number): void {
    const zoom = this.#viewport.getZoom();
    const allowed = Math.min(Math.max(zoom * factor, ZOOM.least), ZOOM.most) / zoom;
    const { clientWidth, clientHeight } = this.#viewport.element;
    const held = this.#viewport.canvasToWorld([x ?? clientWidth / 2, y ?? clientHeight / 2]);
    const { focalPoint } = this.#viewport.getCamera();
    if (!focalPoint) return;
    const share = 1 - 1 / allowed;
    this.#moveCamera(difference(held, focalPoint).map((part) => part * share) as Vector, allowed);
  }

  windowBy(centre: number, width: number): void {
    const { voiRange } = this.#viewport.getProperties();
    if (!voiRange) return;
    const range = Math.max(1, this.#image.maxPixelValue - this.#image.minPixelValue);
    const middle = (voiRange.lower + voiRange.upper) / 2 + centre * range;
    const half = Math.max(1, voiRange.upper - voiRange.lower + width * range) / 2;
    this.#change(() => this.#viewport.setProperties({ voiRange: { lower: middle - half, upper: middle + half } }));
  }

  invert(): void {
    this.#change(() => this.#viewport.setProperties({ invert: !this.#viewport.getProperties().invert }));
  }

  fit(): void {
    this.#isFitted = true;
    this.#change(() => this.#viewport.resetCamera());
  }

  actualSize(): void {
    const drawn = this.#scale() * window.devicePixelRatio;
    if (drawn > 0) this.zoomBy(1 / drawn);
  }

  reset(): void {
    this.#isFitted = true;
    this.#change(() => {
      this.#viewport.resetProperties();
      this.#viewport.resetCamera();
    });
  }

  /** Takes over how another pane shows its image. */
  follow(other: CornerstonePane): void {
    const { voiRange, invert } = other.#viewport.getProperties();
    this.#viewport.setProperties({ ...(voiRange && { voiRange }), ...(invert !== undefined && { invert }) });
    this.#isFitted = other.#isFitted;
    // A fitted image stays so in a pane of another size.
    if (this.#isFitted) this.#viewport.resetCamera();
    else {
      const { parallelScale, focalPoint, position } = other.#viewport.getCamera();
      this.#viewport.setCamera({
        ...(parallelScale !== undefined && { parallelScale }),
        ...(focalPoint && { focalPoint }),
        ...(position && { position }),
      });
    }
  }

  close(): void {
    if (!this.#all.delete(this)) return;
    this.#size.disconnect();
    this.#watchers.clear();
    this.#viewport.element.removeEventListener(Enums.Events.IMAGE_RENDERED, this.#onDrawn);
    this.#disable();
  }

  #moveCamera(by: Vector, closer: number): void {
    const { focalPoint, position, parallelScale } = this.#viewport.getCamera();
    if (!focalPoint || !position || !parallelScale) return;
    this.#isFitted = false;
    this.#change(() =>
      this.#viewport.setCamera({
        parallelScale: parallelScale / closer,
        focalPoint: sum(focalPoint, by),
        position: sum(position, by),
      }),
    );
  }

  #change(act: () => void): void {
    act();
    this.#viewport.render();
    for (const other of this.#all) {
      if (other === this) continue;
      other.follow(this);
      other.#viewport.render();
    }
  }

  #onSize(): void {
    this.#viewport.getRenderingEngine().resize(true, true);
    if (this.#isFitted) this.#viewport.resetCamera();
    this.#viewport.render();
  }

  readonly #onDrawn = (): void => {
    this.#look = this.#seen();
    for (const watcher of this.#watchers) watcher();
  };

  #seen(): Look | null {
    const corners = this.#corners();
    const { voiRange, invert } = this.#viewport.getProperties();
    if (!corners || !voiRange) return null;
    const [origin, right, down] = corners;
    const { windowCenter, windowWidth } = utilities.windowLevel.toWindowLevel(voiRange.lower, voiRange.upper);
    return {
      place: { origin, right, down },
      centre: windowCenter,
      width: windowWidth,
      inverted: (invert ?? false) !== this.#image.invert,
    };
  }

  #corners(): [Point, Point, Point] | null {
    const data = this.#viewport.getImageData();
    const [columns, rows] = data.dimensions;
    if (!columns || !rows) return null;
    const { indexToWorld } = data.imageData as unknown as { indexToWorld: (index: Vector) => Vector };
    // On a graphics card 0 is the centre of the first pixel, half a pixel from its corner; without one it is the corner.
    const corner = getShouldUseCPURendering() ? 0 : 0.5;
    const at = (column: number, row: number): Point => {
      const [x, y] = this.#viewport.worldToCanvas(indexToWorld([column - corner, row - corner, 0]));
      return [x, y];
    };
    return [at(0, 0), at(columns, 0), at(0, rows)];
  }

  /** CSS pixels that one pixel of the image takes. */
  #scale(): number {
    const corners = this.#corners();
    if (!corners) return 0;
    const [origin, right] = corners;
    return Math.hypot(right[0] - origin[0], right[1] - origin[1]) / this.#image.columns;
  }
}

function difference(to: readonly number[], from: readonly number[]): Vector {
  return [0, 1, 2].map((axis) => (to[axis] ?? 0) - (from[axis] ?? 0)) as Vector;
}

function sum(one: readonly number[], other: readonly number[]): Vector {
  return [0, 1, 2].map((axis) => (one[axis] ?? 0) + (other[axis] ?? 0)) as Vector;
}
