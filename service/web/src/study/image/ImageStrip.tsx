// The images of the study, in the order in which they came; what was declined says why.
import { memo, useEffect, useRef } from "react";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import { SignAnalysing, SignDeclined, SignGone, SignParked } from "../../shell/icons.tsx";
import { en } from "../../words/en.ts";
import { useTimes } from "../../worklist/useTimes.ts";
import type { ImageSummary } from "../read.ts";
import type { Picture, Viewer } from "./viewer.ts";

const SIDE_PX = 54;

type ReasonCode = keyof (typeof en)["reason"];
const isKnown = (code: string): code is ReasonCode => code in en.reason;

const Tile = styled("span")(({ theme: { vars } }) => ({
  width: SIDE_PX,
  height: SIDE_PX,
  flex: "none",
  display: "grid",
  placeItems: "center",
  border: `1px dashed ${vars.palette.ours.edge}`,
  color: vars.palette.ours.textThird,
  backgroundColor: vars.palette.ours.page,
}));
const Thumbnail = styled("canvas")({ width: SIDE_PX, height: SIDE_PX, flex: "none", backgroundColor: "#000" });

interface Props {
  images: readonly ImageSummary[];
  chosen: string | null;
  viewer: Viewer | null;
  /** The images that were read. */
  pictures: ReadonlyMap<string, Picture>;
  onChoose: (image: ImageSummary) => void;
}

export const ImageStrip = memo(function ImageStrip({ images, chosen, viewer, pictures, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Box
      component="ol"
      aria-label={t("study.image.all")}
      sx={{
        height: "4.75rem",
        flex: "none",
        m: 0,
        px: 1.25,
        listStyle: "none",
        display: "flex",
        alignItems: "center",
        gap: 2.5,
        overflowX: "auto",
        bgcolor: "background.paper",
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      {images.map((image, at) => (
        <li key={image.id}>
          <ImageTile
            image={image}
            number={at + 1}
            isChosen={image.id === chosen}
            viewer={viewer}
            picture={pictures.get(image.id)}
            onChoose={() => onChoose(image)}
          />
        </li>
      ))}
    </Box>
  );
});

interface TileProps {
  image: ImageSummary;
  number: number;
  isChosen: boolean;
  viewer: Viewer | null;
  picture: Picture | undefined;
  onChoose: () => void;
}

function ImageTile({ image, number, isChosen, viewer, picture, onChoose }: TileProps) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const times = useTimes(0);
  useEffect(() => {
    if (picture && viewer && canvas.current) viewer.thumbnail(image.id, canvas.current);
  }, [picture, viewer, image.id]);

  const isDrawable = image.state === "analysed" || image.state === "received";
  const why = isKnown(image.reason_code) ? t(`reason.${image.reason_code}`) : image.reason;
  const state = image.pixels_expired_at
    ? t("study.image.goneSince", { day: times.date(image.pixels_expired_at.slice(0, 10)) })
    : image.state === "analysed"
      ? t("study.image.analysed", { time: times.hour(image.analysed_at ?? image.received_at) })
      : image.state === "received"
        ? t("study.image.received")
        : `${t(`status.${image.state === "parked" ? "parked" : "declined"}`).toLocaleLowerCase(i18n.language)}: ${why}`;
  return (
    <ButtonBase
      disabled={!isDrawable}
      aria-pressed={isDrawable ? isChosen : undefined}
      onClick={onChoose}
      sx={{ gap: 1.25, p: 0.5, borderRadius: 1, textAlign: "left", typography: "caption", maxWidth: "20rem" }}
    >
      {isDrawable ? (
        <Box sx={{ display: "flex", outline: isChosen ? 2 : 0, outlineColor: "primary.main", outlineStyle: "solid" }}>
          {image.pixels_expired_at ? (
            <Tile aria-hidden>
              <SignGone />
            </Tile>
          ) : (
            <Thumbnail ref={canvas} width={SIDE_PX * 2} height={SIDE_PX * 2} aria-hidden />
          )}
        </Box>
      ) : (
        <Tile aria-hidden>
          {image.state === "parked" ? (
            <SignParked />
          ) : image.state === "declined" ? (
            <SignDeclined />
          ) : (
            <SignAnalysing />
          )}
        </Tile>
      )}
      <span>
        <Box component="b" sx={{ fontWeight: 600 }}>
          {number}
        </Box>{" "}
        <Box component="span" sx={{ color: "text.secondary" }}>
          {picture?.view}
        </Box>
        <Box component="span" sx={{ display: "block", color: isDrawable ? "text.secondary" : "text.disabled" }}>
          {state}
        </Box>
      </span>
    </ButtonBase>
  );
}
