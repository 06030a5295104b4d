// A sheet over a pane that somebody draws on: it tells where, as fractions of the radiograph.
import { styled } from "@mui/material/styles";

import { whereOn } from "./PaneView.tsx";
import { clamped, type Place, type Point, toFraction } from "./place.ts";

const Svg = styled("svg")({ position: "absolute", inset: 0, width: "100%", height: "100%", cursor: "crosshair" });

interface Props {
  place: Place;
  onDown: (point: Point) => void;
  /** With a button or finger down, or not. */
  onMove: (point: Point, isDown: boolean) => void;
  onUp: (point: Point) => void;
  onDouble?: () => void;
  children: React.ReactNode;
}

export function Sheet({ place, onDown, onMove, onUp, onDouble, children }: Props) {
  const tell = (event: React.PointerEvent<SVGSVGElement>, listener: (point: Point) => void) => {
    // The radiograph below stays where it is.
    event.stopPropagation();
    const point = toFraction(place, whereOn(event.currentTarget, event));
    if (point) listener(clamped(point));
  };
  return (
    <Svg
      aria-hidden
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        tell(event, onDown);
      }}
      onPointerMove={(event) => tell(event, (point) => onMove(point, event.buttons === 1))}
      onPointerUp={(event) => tell(event, onUp)}
      onDoubleClick={onDouble}
    >
      {children}
    </Svg>
  );
}
