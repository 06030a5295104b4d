// Where a physician says that the machine was wrong, or where a finding is: drawn on the radiograph, or given in numbers.
import { useEffect, useState } from "react";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { Cover, onScreen } from "../evidence/EvidenceLayer.tsx";
import { type Place, type Point, rectangle, toScreen } from "../image/place.ts";
import { Sheet } from "../image/Sheet.tsx";
import { useLook } from "../image/useViewer.ts";
import type { Pane } from "../image/viewer.ts";
import { hasArea, type Region } from "./content.ts";
import { RegionBar } from "./RegionBar.tsx";

/** Below this, a hand that pressed has not dragged. */
const DRAG_PX = 5;

const Area = styled("polygon")(({ theme: { vars } }) => ({
  fill: "rgb(124 201 218 / 0.14)",
  stroke: "#7cc9da",
  strokeWidth: 2,
  "&[data-new]": { strokeDasharray: "5 4", stroke: vars.palette.common.white },
}));
const Name = styled("text")({
  fill: "#fff",
  stroke: "#000",
  strokeWidth: 3,
  paintOrder: "stroke",
  fontSize: "0.75rem",
});
const Corner = styled("circle")({ fill: "#fff", stroke: "#000" });

interface Props {
  pane: Pane | null;
  /** Those on the radiograph that is shown. */
  regions: readonly Region[];
  /** The label that a region is drawn for now; null: none is. */
  drawing: Label | null;
  onDrawn: (points: readonly Point[]) => void;
  onCancel: () => void;
}

export function RegionLayer({ pane, regions, drawing, onDrawn, onCancel }: Props) {
  const look = useLook(pane);
  if (!look) return null;
  return (
    <>
      <Cover aria-hidden>
        {regions.map((region, at) => (
          <Drawn key={at} region={region} place={look.place} />
        ))}
      </Cover>
      {drawing && <Drawing key={drawing} label={drawing} place={look.place} onDrawn={onDrawn} onCancel={onCancel} />}
    </>
  );
}

function Drawn({ region, place }: { region: Region; place: Place }) {
  const { t } = useTranslation();
  const [x, y] = toScreen(
    place,
    region.points.reduce((top, point) => (point[1] < top[1] ? point : top)),
  );
  return (
    <g>
      <Area points={onScreen(place, region.points)} />
      <Name x={x} y={y - 5}>
        {t(`label.${region.label}`)}
      </Name>
    </g>
  );
}

interface DrawingProps {
  label: Label;
  place: Place;
  onDrawn: (points: readonly Point[]) => void;
  onCancel: () => void;
}

function Drawing({ label, place, onDrawn, onCancel }: DrawingProps) {
  const [points, setPoints] = useState<readonly Point[]>([]);
  const [drag, setDrag] = useState<{ from: Point; to: Point } | null>(null);
  const isFar = drag !== null && distancePx(place, drag.from, drag.to) > DRAG_PX;
  const shown = isFar ? rectangle(drag.from, drag.to) : points;
  const done = () => {
    if (hasArea(points)) onDrawn(points);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      if (event.key === "Escape") onCancel();
      else if (event.key === "Enter" && hasArea(points)) onDrawn(points);
      else if (event.key === "Backspace") setPoints((before) => before.slice(0, -1));
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onCancel, onDrawn, points]);

  return (
    <>
      <Sheet
        place={place}
        onDown={(point) => setDrag({ from: point, to: point })}
        onMove={(point, isDown) => setDrag((before) => (before && isDown ? { ...before, to: point } : before))}
        onUp={(point) => {
          if (drag && isFar) {
            const area = rectangle(drag.from, point);
            if (hasArea(area)) onDrawn(area);
          } else if (drag) setPoints((before) => [...before, drag.from]);
          setDrag(null);
        }}
        onDouble={done}
      >
        {shown.length > 0 && <Area data-new points={onScreen(place, shown)} />}
        {!isFar &&
          points.map((point, at) => {
            const [cx, cy] = toScreen(place, point);
            return <Corner key={at} cx={cx} cy={cy} r={4} />;
          })}
      </Sheet>
      <RegionBar
        label={label}
        canFinish={hasArea(points)}
        onFinish={done}
        onShow={setPoints}
        onNumbers={onDrawn}
        onCancel={onCancel}
      />
    </>
  );
}

function distancePx(place: Place, from: Point, to: Point): number {
  const [[x1, y1], [x2, y2]] = [toScreen(place, from), toScreen(place, to)];
  return Math.hypot(x2 - x1, y2 - y1);
}
