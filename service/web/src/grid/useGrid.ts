// A long list of which only the rows in sight are drawn, moved through by keys as by pointer. One row is chosen, or none.
import { useEffect, useState } from "react";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";

interface Options {
  count: number;
  /** Of a row, in rem; rows may differ. */
  heightRem: (row: number) => number;
  active: number | null;
  onActive: (row: number) => void;
  /** How much of the top the head covers, in rem. */
  headRem?: number;
}

export interface Grid {
  /** For the box that scrolls. */
  attach: (element: HTMLElement | null) => void;
  drawn: readonly VirtualItem[];
  /** For the box around all rows. */
  whole: (element: HTMLElement | null) => void;
  /** For one row, which is placed absolutely in that box. */
  place: (item: VirtualItem) => (element: HTMLElement | null) => void;
  /** Moves as the key says; returns whether it was one of ours. */
  move: (event: React.KeyboardEvent) => boolean;
  /** Puts the keyboard into the list, on the chosen row or the first. */
  focus: () => void;
  /** Shows a row at the top. */
  show: (row: number) => void;
}

export function useGrid({ count, heightRem, active, onActive, headRem = 0 }: Options): Grid {
  const [scroller, attach] = useState<HTMLElement | null>(null);
  const rem = useRemPx();
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: (row) => Math.round(heightRem(row) * rem),
    overscan: 8,
    scrollPaddingStart: headRem * rem,
    // What scrolls is told in an effect, too, where React cannot draw at once.
    useFlushSync: false,
  });
  useEffect(() => rows.measure(), [rows, rem, heightRem]);

  const choose = (row: number) => {
    const to = Math.max(0, Math.min(count - 1, row));
    onActive(to);
    rows.scrollToIndex(to, { align: "auto" });
  };
  return {
    attach,
    drawn: rows.getVirtualItems(),
    whole: (element) => element?.style.setProperty("height", `${rows.getTotalSize()}px`),
    place:
      ({ start, size }) =>
      (element) => {
        element?.style.setProperty("transform", `translateY(${start}px)`);
        element?.style.setProperty("height", `${size}px`);
      },
    move: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !count) return false;
      const screen = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / (heightRem(0) * rem)) - 2);
      const from = active ?? -1;
      const to = {
        ArrowDown: from + 1,
        ArrowUp: Math.max(0, from - 1),
        PageDown: from + screen,
        PageUp: from - screen,
        Home: 0,
        End: count - 1,
      }[event.key];
      if (to === undefined) return false;
      event.preventDefault();
      choose(to);
      return true;
    },
    focus: () => {
      scroller?.focus();
      if (active === null && count) choose(0);
    },
    show: (row) => rows.scrollToIndex(row, { align: "start" }),
  };
}

/** How many pixels a rem has: it grows with the reader's own text size, and with the screen. */
function useRemPx(): number {
  const read = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const [rem, setRem] = useState(read);
  useEffect(() => {
    const onResize = () => setRem(read());
    window.addEventListener("resize", onResize);
    return () => window.removeEventListener("resize", onResize);
  }, []);
  return rem;
}
