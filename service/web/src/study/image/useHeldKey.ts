// A key that does something for as long as it is held down.
import { useEffect, useState } from "react";

const OPERATED =
  "button, a[href], input, textarea, select, [contenteditable], [role=slider], [role=dialog], [role=menu]";

/** `isOn`: false switches it off, as for all single keys. */
export function useHeldKey(key: string, isOn: boolean): boolean {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!isOn) return undefined;
    const release = () => setHeld(false);
    const onDown = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]')) return;
      const target = event.target instanceof Element ? event.target : null;
      // Space presses what has the focus; letters are written where somebody writes.
      if (target?.closest(key === " " ? OPERATED : "input:not([type=range]), textarea, select, [contenteditable]"))
        return;
      event.preventDefault();
      setHeld(true);
    };
    const onUp = (event: KeyboardEvent) => {
      if (event.key === key) release();
    };
    document.addEventListener("keydown", onDown);
    document.addEventListener("keyup", onUp);
    window.addEventListener("blur", release);
    return () => {
      document.removeEventListener("keydown", onDown);
      document.removeEventListener("keyup", onUp);
      window.removeEventListener("blur", release);
      release();
    };
  }, [key, isOn]);
  return isHeld;
}
