import { act, renderHook } from "@testing-library/react";

import { useAttended } from "./useAttended.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each(["pointermove", "keydown", "wheel", "pointerdown"])("takes a %s for a sign of life", (sign) => {
  const { result } = renderHook(() => useAttended(1000));
  act(() => void vi.advanceTimersByTime(900));
  act(() => void window.dispatchEvent(new Event(sign)));
  act(() => void vi.advanceTimersByTime(900));
  expect(result.current).toBe(true);
  act(() => void vi.advanceTimersByTime(200));
  expect(result.current).toBe(false);
  act(() => void window.dispatchEvent(new Event(sign)));
  expect(result.current).toBe(true);
});
