// What every test stands on: words in English, a window with a size, and no network.
import "@testing-library/jest-dom/vitest";

import { cleanup, configure } from "@testing-library/react";

import { startWords } from "../words/words.ts";
import { FakeEvents } from "./fakeEvents.ts";
import { forget } from "../worklist/memory.ts";

const SCREEN = { width: 1400, height: 700 };

startWords("en");
// The machine may be busy: a bound, and no wait.
configure({ asyncUtilTimeout: 20_000 });

// jsdom lays nothing out: without a size no row would be in sight.
for (const [name, size] of [
  ["offsetHeight", SCREEN.height],
  ["offsetWidth", SCREEN.width],
  ["clientHeight", SCREEN.height],
] as const)
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
Element.prototype.scrollTo = function scrollTo(this: Element, where?: ScrollToOptions | number) {
  if (typeof where === "object") this.scrollTop = where.top ?? 0;
  this.dispatchEvent(new Event("scroll"));
};
window.matchMedia = (query) => ({
  matches: query.includes("1600"),
  media: query,
  onchange: null,
  /* eslint-disable @typescript-eslint/no-deprecated -- MUI still calls these */
  addListener: () => undefined,
  removeListener: () => undefined,
  /* eslint-enable */
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  dispatchEvent: () => true,
});
vi.stubGlobal("EventSource", FakeEvents);

afterEach(() => {
  cleanup();
  // jsdom reads all styles for each question about one: those of the tests before are only in the way.
  document.head.replaceChildren();
  FakeEvents.all.length = 0;
  forget();
  localStorage.clear();
});
