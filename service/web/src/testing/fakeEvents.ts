// Server-sent events without a server: a test says what is told.
type Listener = (event: MessageEvent<string>) => void;

export class FakeEvents {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  static readonly all: FakeEvents[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = FakeEvents.CONNECTING;
  readonly #listeners = new Map<string, Listener[]>();
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeEvents.all.push(this);
  }

  static get last(): FakeEvents {
    const last = FakeEvents.all.at(-1);
    if (!last) throw new Error("nobody listens");
    return last;
  }

  addEventListener(name: string, listener: Listener): void {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
  }

  open(): void {
    this.readyState = FakeEvents.OPEN;
    this.onopen?.();
  }

  /** `closed`: the browser gives up; otherwise it tries again. */
  fail(closed = false): void {
    this.readyState = closed ? FakeEvents.CLOSED : FakeEvents.CONNECTING;
    this.onerror?.();
  }

  tell(name: string, data: unknown): void {
    const event = new MessageEvent("message", { data: JSON.stringify(data) });
    for (const listener of this.#listeners.get(name) ?? []) listener(event);
  }

  close(): void {
    this.readyState = FakeEvents.CLOSED;
  }
}
