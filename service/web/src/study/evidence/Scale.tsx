// The colours of evidence and what they mean, at the pane's edge: one scale for every image, with the strongest cell's place on it.
import { useEffect, useRef } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { localeOf } from "../../words/words.ts";
import { strongestOf } from "./cells.ts";
import type { Shown } from "./layer.ts";

/** A dark and a bright part of a radiograph, as the Secondary Captures' scale has them. */
const SHADES = [45, 170] as const;

const Strip = styled("canvas")({ display: "block", width: "100%", height: "100%", imageRendering: "pixelated" });

export function Scale({ shown }: { shown: Shown }) {
  const { i18n, t } = useTranslation();
  const strip = useRef<HTMLCanvasElement>(null);
  const { colours, opacity, map } = shown;
  const full = colours.full_scale_logit;
  const number = new Intl.NumberFormat(localeOf(i18n.language), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const peak = strongestOf(map)?.logit ?? null;

  useEffect(() => {
    const context = strip.current?.getContext("2d");
    if (!context) return;
    colours.steps.forEach(([red, green, blue, alpha], step) =>
      SHADES.forEach((shade, column) => {
        const mix = (part: number) => Math.round(shade + (part - shade) * alpha * opacity);
        context.fillStyle = `rgb(${mix(red)} ${mix(green)} ${mix(blue)})`;
        context.fillRect(column, colours.steps.length - 1 - step, 1, 1);
      }),
    );
  }, [colours, opacity]);

  return (
    <Box
      aria-hidden
      sx={{
        position: "absolute",
        right: 10,
        top: "50%",
        transform: "translateY(-50%)",
        height: "min(18.75rem, 60%)",
        display: "flex",
        gap: 1,
        pointerEvents: "none",
        typography: "caption",
        // Over the radiograph, which is dark in both themes.
        color: "#b3bdc6",
        textShadow: "0 0 3px #000",
        p: 0.75,
        borderRadius: "3px",
        backgroundColor: "rgb(0 0 0 / 0.7)",
      }}
    >
      <Box sx={{ display: "flex", flexDirection: "column", justifyContent: "space-between", textAlign: "right" }}>
        <Box component="span" sx={{ whiteSpace: "pre-line" }}>
          {t("study.evidence.scale", { full: number.format(full) })}
        </Box>
        <span>0</span>
      </Box>
      <Box sx={{ position: "relative", width: 14, border: "1px solid #6b7783" }}>
        <Strip ref={strip} width={SHADES.length} height={colours.steps.length} />
        {peak !== null && (
          <Box
            sx={{
              position: "absolute",
              left: -6,
              right: -6,
              height: 2,
              mt: "-1px",
              bgcolor: "#fff",
              boxShadow: "0 0 0 1px #000",
              top: `${(1 - Math.min(1, peak / full)) * 100}%`,
            }}
          />
        )}
      </Box>
    </Box>
  );
}
