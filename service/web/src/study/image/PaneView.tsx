// A pane on the screen: the radiograph, whatever is drawn over it, and the hands and keys that move it.
import { useEffect, useId, useRef, useState } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { Hand, press, type Tool, wheel } from "./hand.ts";
import type { Point } from "./place.ts";
import type { Pane, Viewer } from "./viewer.ts";

const LINE_PX = 16;

const Ground = styled("div")(({ theme: { vars } }) => ({
  position: "relative",
  flex: 1,
  minWidth: 0,
  overflow: "hidden",
  backgroundColor: "#000",
  // Fingers move the radiograph, not the page.
  touchAction: "none",
  userSelect: "none",
  "&:focus-visible": { outline: `2px solid ${vars.palette.ours.accent}`, outlineOffset: -2 },
}));

interface Props {
  viewer: Viewer;
  imageId: string;
  tool: Tool;
  /** What is to be seen, for who does not see it. */
  label: string;
  onPane: (pane: Pane | null) => void;
  onError: (error: unknown) => void;
  children: React.ReactNode;
}

export function PaneView({ viewer, imageId, tool, label, onPane, onError, children }: Props) {
  const { t } = useTranslation();
  const ground = useRef<HTMLDivElement>(null);
  const [pane, setPane] = useState<Pane | null>(null);
  const [hand] = useState(() => new Hand());
  const help = useId();

  useEffect(() => {
    // A seat of its own for each opening: a drawing library keeps what it was given.
    const seat = document.createElement("div");
    Object.assign(seat.style, { position: "absolute", inset: "0" });
    ground.current?.prepend(seat);
    let opened: Pane | null = null;
    let isGone = false;
    viewer.open(seat, imageId).then(
      (here) => {
        if (isGone) {
          here.close();
          return;
        }
        opened = here;
        // The pane has the focus, not what the library draws in.
        seat.removeAttribute("tabindex");
        setPane(here);
        onPane(here);
      },
      (error: unknown) => {
        if (!isGone) onError(error);
      },
    );
    return () => {
      isGone = true;
      opened?.close();
      seat.remove();
      setPane(null);
      onPane(null);
    };
  }, [viewer, imageId, onPane, onError]);

  useEffect(() => {
    const element = ground.current;
    if (!element || !pane) return undefined;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      wheel(
        pane,
        event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1),
        whereOn(element, event),
      );
    };
    // React listens to wheels passively, and could not keep the page from scrolling.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [pane]);

  return (
    <Ground
      ref={ground}
      role="application"
      aria-label={label}
      aria-describedby={help}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.focus({ preventScroll: true });
        event.currentTarget.setPointerCapture(event.pointerId);
        hand.down({ id: event.pointerId, at: whereOn(event.currentTarget, event), button: event.button }, tool);
      }}
      onPointerMove={(event) => {
        if (pane) hand.move({ id: event.pointerId, at: whereOn(event.currentTarget, event) }, pane);
      }}
      onPointerUp={(event) => hand.up({ id: event.pointerId })}
      onPointerCancel={(event) => hand.up({ id: event.pointerId })}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        const isOurs = !event.ctrlKey && !event.metaKey && !event.altKey && event.target === event.currentTarget;
        if (isOurs && pane && press(pane, tool, event.key)) event.preventDefault();
      }}
    >
      {children}
      <Box component="span" id={help} sx={visuallyHidden}>
        {t("study.image.keys")}
      </Box>
    </Ground>
  );
}

/** Where a pointer is, in CSS pixels from the element's upper left corner. */
export function whereOn(element: Element, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left, top } = element.getBoundingClientRect();
  return [clientX - left, clientY - top];
}
