// The evidence over one pane: colours on a canvas, the strongest cell outlined, the cells' borders where they are asked for.
import { useEffect, useRef } from "react";
import { styled } from "@mui/material/styles";

import { toScreen, type Place, type Point } from "../image/place.ts";
import { useLook } from "../image/useViewer.ts";
import type { Pane } from "../image/viewer.ts";
import { corners, strongestOf } from "./cells.ts";
import { drawEvidence, type Shown } from "./layer.ts";

const Canvas = styled("canvas")({
  position: "absolute",
  inset: 0,
  width: "100%",
  height: "100%",
  pointerEvents: "none",
});
export const Cover = styled("svg")({
  position: "absolute",
  inset: 0,
  width: "100%",
  height: "100%",
  pointerEvents: "none",
});
// White in black, so that it shows on bone and on air; the radiograph's own ground is black in both themes.
const Outside = styled("polygon")({ fill: "none", stroke: "rgb(0 0 0 / 0.7)", strokeWidth: 5 });
const Inside = styled("polygon")({ fill: "none", stroke: "#fff", strokeWidth: 2 });
const Line = styled("line")({ stroke: "rgb(255 255 255 / 0.35)", strokeWidth: 1 });

export function EvidenceLayer({
  pane,
  shown,
  withCells,
}: {
  pane: Pane | null;
  shown: Shown | null;
  withCells: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const look = useLook(pane);
  useEffect(() => {
    const draw = () => canvas.current && drawEvidence(canvas.current, pane?.look()?.place ?? null, shown);
    draw();
    return pane?.watch(draw);
  }, [pane, shown]);
  const strongest = shown && strongestOf(shown.map);
  return (
    <>
      <Canvas ref={canvas} aria-hidden />
      {look && shown && (
        <Cover aria-hidden>
          {withCells && (
            <Borders place={look.place} rows={shown.map.cells.length} columns={shown.map.cells[0]?.length ?? 0} />
          )}
          {strongest && (
            <>
              <Outside points={onScreen(look.place, corners(strongest))} />
              <Inside points={onScreen(look.place, corners(strongest))} />
            </>
          )}
        </Cover>
      )}
    </>
  );
}

/** Points of a radiograph, as an SVG takes them. */
export function onScreen(place: Place, points: readonly Point[]): string {
  return points.map((point) => toScreen(place, point).join()).join(" ");
}

function Borders({ place, rows, columns }: { place: Place; rows: number; columns: number }) {
  const line = (from: Point, to: Point) => {
    const [[x1, y1], [x2, y2]] = [toScreen(place, from), toScreen(place, to)];
    return <Line key={`${from.join()} ${to.join()}`} x1={x1} y1={y1} x2={x2} y2={y2} />;
  };
  return (
    <>
      {Array.from({ length: rows + 1 }, (_, row) => line([0, row / rows], [1, row / rows]))}
      {Array.from({ length: columns + 1 }, (_, column) => line([column / columns, 0], [column / columns, 1]))}
    </>
  );
}
