// What is drawn at the pane's corners: which evidence, and how the radiograph is shown.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { localeOf } from "../../words/words.ts";
import { useLook } from "./useViewer.ts";
import { scaleOf } from "./place.ts";
import type { Pane, Picture } from "./viewer.ts";

/** Over the radiograph, which is dark in both themes. */
const OVER = {
  position: "absolute",
  left: 10,
  maxWidth: "60%",
  typography: "caption",
  color: "#b3bdc6",
  textShadow: "0 0 3px #000, 0 0 2px #000",
  backgroundColor: "rgb(0 0 0 / 0.7)",
  borderRadius: "3px",
  px: 0.75,
  py: 0.25,
  pointerEvents: "none",
} as const;

export function Caption({ title, lines }: { title: string; lines: readonly string[] }) {
  return (
    <Box sx={{ ...OVER, top: 12 }}>
      <Box component="b" sx={{ fontWeight: 600, color: "#e9edf0" }}>
        {title}
      </Box>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </Box>
  );
}

export function Readout({ pane, picture }: { pane: Pane | null; picture: Picture }) {
  const { t, i18n } = useTranslation();
  const look = useLook(pane);
  const whole = new Intl.NumberFormat(localeOf(i18n.language), { maximumFractionDigits: 0, useGrouping: false });
  const percent = new Intl.NumberFormat(localeOf(i18n.language), { style: "percent", maximumFractionDigits: 0 });
  const zoom = look && scaleOf(look.place, picture.columns) * window.devicePixelRatio;
  const parts = [
    picture.modality,
    picture.view,
    `${whole.format(picture.columns)} × ${whole.format(picture.rows)}`,
    look && t("study.image.window", { width: whole.format(look.width), centre: whole.format(look.centre) }),
    look?.inverted && t("study.image.inverted"),
    zoom && percent.format(zoom),
  ];
  return <Box sx={{ ...OVER, bottom: 12 }}>{parts.filter(Boolean).join(" · ")}</Box>;
}
