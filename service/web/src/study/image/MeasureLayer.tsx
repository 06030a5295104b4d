// A distance on the radiograph, at the detector: what lies before it is drawn larger than it is.
import { useEffect, useState } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { localeOf } from "../../words/words.ts";
import { Sheet } from "./Sheet.tsx";
import { clamped, distanceMm, type ExtentMm, type Point, toScreen } from "./place.ts";
import { useLook } from "./useViewer.ts";
import type { Pane } from "./viewer.ts";

const Under = styled("line")({ stroke: "rgb(0 0 0 / 0.7)", strokeWidth: 4 });
const Over = styled("line")({ stroke: "#fff", strokeWidth: 1.5 });
const Words = styled("text")({
  fill: "#fff",
  stroke: "#000",
  strokeWidth: 3,
  paintOrder: "stroke",
  fontSize: "0.8125rem",
});

const STEP = 0.01;
const STEPS: Record<string, Point> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};
/** From here the keys begin. */
const FIRST: readonly [Point, Point] = [
  [0.4, 0.5],
  [0.6, 0.5],
];

/** `extent`: null where no pixel spacing was sent; then there is no length to tell. */
export function MeasureLayer({ pane, extent }: { pane: Pane | null; extent: ExtentMm | null }) {
  const { t, i18n } = useTranslation();
  const [line, setLine] = useState<readonly [Point, Point] | null>(null);
  const look = useLook(pane);

  useEffect(() => {
    // Before the pane hears of it: arrows move the line's end, with Shift its beginning.
    const onKey = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      const isOnPane = event.target instanceof Element && event.target.getAttribute("role") === "application";
      if (!step || !isOnPane) return;
      event.preventDefault();
      event.stopPropagation();
      setLine((before) => {
        const [from, to] = before ?? FIRST;
        const moved = ([x, y]: Point) => clamped([x + step[0], y + step[1]]);
        return event.shiftKey ? [moved(from), to] : [from, moved(to)];
      });
    };
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, []);

  if (!look) return null;
  const [[x1, y1], [x2, y2]] = (
    line ?? [
      [0, 0],
      [0, 0],
    ]
  ).map((point: Point) => toScreen(look.place, point)) as [Point, Point];
  const length = line && extent ? distanceMm(line[0], line[1], extent) : null;
  const words =
    length === null
      ? t("study.image.noSpacing")
      : t("study.image.length", {
          mm: new Intl.NumberFormat(localeOf(i18n.language), { maximumFractionDigits: 0 }).format(length),
        });
  return (
    <>
      <Sheet
        place={look.place}
        onDown={(point) => setLine([point, point])}
        onMove={(point, isDown) => isDown && setLine((before) => (before ? [before[0], point] : null))}
        onUp={() => undefined}
      >
        {line && (
          <>
            <Under x1={x1} y1={y1} x2={x2} y2={y2} />
            <Over x1={x1} y1={y1} x2={x2} y2={y2} />
            <Words x={Math.max(x1, x2) + 8} y={(y1 + y2) / 2 + 4}>
              {words}
            </Words>
          </>
        )}
      </Sheet>
      <Box component="span" role="status" sx={visuallyHidden}>
        {line && words}
      </Box>
    </>
  );
}
