// Whether somebody is here. A page that reads by itself would keep a forgotten session alive, and must stop.
import { useEffect, useState } from "react";

const AWAY_AFTER_MS = 10 * 60_000;
const SIGNS_OF_LIFE = ["pointermove", "pointerdown", "keydown", "wheel", "focus"] as const;

export function useAttended(awayAfterMs = AWAY_AFTER_MS): boolean {
  const [attended, setAttended] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setAttended(false), awayAfterMs);
      setAttended(true);
    };
    alive();
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, alive, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, alive);
    };
  }, [awayAfterMs]);
  return attended;
}
