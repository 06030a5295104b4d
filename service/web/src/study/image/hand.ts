// Hands on a radiograph: one way for mouse, pen, fingers, wheel and keys. What they do depends on the tool that was chosen.
import type { Pane } from "./viewer.ts";
import type { Point } from "./place.ts";

export type Tool = "window" | "zoom" | "pan";

const ZOOM_PER_PX = 0.006;
const ZOOM_PER_WHEEL_PX = 0.0015;
const LONGEST_WHEEL_PX = 200;
const WINDOW_PER_PX = 1 / 1000;
const KEY_PX = 24;

export interface Touch {
  id: number;
  at: Point;
  /** As in PointerEvent.button: 0 primary, 1 middle, 2 secondary. */
  button?: number;
}

export class Hand {
  readonly #touching = new Map<number, Point>();
  #begun: Point = [0, 0];
  #tool: Tool = "window";

  down({ id, at, button = 0 }: Touch, tool: Tool): void {
    if (this.#touching.size === 0) {
      this.#begun = at;
      this.#tool = button === 1 ? "pan" : button === 2 ? "zoom" : tool;
    }
    this.#touching.set(id, at);
  }

  move({ id, at }: Touch, pane: Pane): void {
    const before = this.#touching.get(id);
    if (!before) return;
    const other = [...this.#touching].find(([known]) => known !== id)?.[1];
    this.#touching.set(id, at);
    if (other) pinch(pane, other, before, at);
    else this.#drag(pane, at[0] - before[0], at[1] - before[1]);
  }

  up({ id }: Pick<Touch, "id">): void {
    this.#touching.delete(id);
  }

  #drag(pane: Pane, x: number, y: number): void {
    if (this.#tool === "zoom") pane.zoomBy(Math.exp(-y * ZOOM_PER_PX), ...this.#begun);
    else act(pane, this.#tool, x, y);
  }
}

/** Two fingers: what lies under them stays there. */
function pinch(pane: Pane, other: Point, before: Point, now: Point): void {
  const [from, to] = [distance(other, before), distance(other, now)];
  const middle: Point = [(other[0] + now[0]) / 2, (other[1] + now[1]) / 2];
  pane.panBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  if (from > 0 && to > 0) pane.zoomBy(to / from, ...middle);
}

function act(pane: Pane, tool: Tool, x: number, y: number): void {
  if (tool === "pan") pane.panBy(x, y);
  else if (tool === "zoom") pane.zoomBy(Math.exp(-y * ZOOM_PER_PX));
  else pane.windowBy(y * WINDOW_PER_PX, x * WINDOW_PER_PX);
}

function distance([x1, y1]: Point, [x2, y2]: Point): number {
  return Math.hypot(x2 - x1, y2 - y1);
}

/** `deltaPx` as of a wheel event in pixels: down is away. */
export function wheel(pane: Pane, deltaPx: number, at: Point): void {
  const limited = Math.max(-LONGEST_WHEEL_PX, Math.min(LONGEST_WHEEL_PX, deltaPx));
  pane.zoomBy(Math.exp(-limited * ZOOM_PER_WHEEL_PX), ...at);
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-KEY_PX, 0],
  ArrowRight: [KEY_PX, 0],
  ArrowUp: [0, -KEY_PX],
  ArrowDown: [0, KEY_PX],
};

/** Returns whether the key meant something: arrows do what the tool does, + and - zoom. */
export function press(pane: Pane, tool: Tool, key: string): boolean {
  const arrow = ARROWS[key];
  if (arrow) act(pane, tool, ...arrow);
  else if (key === "+" || key === "=") pane.zoomBy(1.25);
  else if (key === "-") pane.zoomBy(1 / 1.25);
  else return false;
  return true;
}
