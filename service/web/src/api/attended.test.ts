import { api } from "./client.ts";
import { UNATTENDED } from "./attended.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each(["pointermove", "keydown", "wheel", "pointerdown", "focus"])("takes a %s for a sign of life", async (sign) => {
  const said: (string | null)[] = [];
  vi.stubGlobal("fetch", ({ headers }: Request) => {
    said.push(headers.get(UNATTENDED));
    return Promise.resolve(new Response("{}", { headers: { "content-type": "application/json" } }));
  });
  window.dispatchEvent(new Event(sign));
  for (const pause of [59_000, 2000]) {
    vi.advanceTimersByTime(pause);
    await api.GET("/session");
  }
  window.dispatchEvent(new Event(sign));
  await api.GET("/session");
  expect(said).toEqual([null, "?1", null]);
});
