// The left of the page: the tools, the radiograph in one pane or two, the evidence and the physician's marks over it, the images.
import { useCallback, useEffect, useMemo, useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { useShortcutBoard, useShortcuts } from "../../shell/shortcuts.tsx";
import { extentOf } from "../evidence/cells.ts";
import { EvidenceLayer } from "../evidence/EvidenceLayer.tsx";
import { paintAhead } from "../evidence/layer.ts";
import { Scale } from "../evidence/Scale.tsx";
import type { Colours } from "../evidence/blend.ts";
import { callOf } from "../findings/groups.ts";
import type { EvidenceMap, ImageEvidence, ImageSummary } from "../read.ts";
import type { Region } from "../verdict/content.ts";
import { RegionLayer } from "../verdict/RegionLayer.tsx";
import { Failing } from "./Failing.tsx";
import { Gone } from "./Gone.tsx";
import { ImageStrip } from "./ImageStrip.tsx";
import { MeasureLayer } from "./MeasureLayer.tsx";
import { PaneView } from "./PaneView.tsx";
import type { Point } from "./place.ts";
import { Caption, Readout } from "./Readout.tsx";
import {
  ACT_KEYS,
  type Act,
  type AnyTool,
  type EvidenceChoice,
  EVIDENCE_KEYS,
  TOOL_KEYS,
  Toolbar,
} from "./Toolbar.tsx";
import { useHeldKey } from "./useHeldKey.ts";
import { useReadings, useViewer } from "./useViewer.ts";
import type { OpenViewer, Pane } from "./viewer.ts";

interface Props {
  openViewer: OpenViewer;
  images: readonly ImageSummary[];
  image: ImageSummary | null;
  onImage: (image: ImageSummary) => void;
  evidence: ImageEvidence | undefined;
  colours: Colours | undefined;
  /** The label whose evidence is shown; null: none is. */
  label: Label | null;
  regions: readonly Region[];
  drawing: Label | null;
  onDrawn: (points: readonly Point[]) => void;
  onDrawingEnd: () => void;
}

export function ViewArea(props: Props) {
  const { openViewer, images, image, onImage, evidence, colours, label, regions, drawing, onDrawn, onDrawingEnd } =
    props;
  const { t } = useTranslation();
  const { viewer, error: noViewer } = useViewer(openViewer);
  const { reading, pictures, retry } = useReadings(viewer, image && !image.pixels_expired_at ? image.id : null);
  const [panes, setPanes] = useState<{ plain: Pane | null; main: Pane | null }>({ plain: null, main: null });
  const [tool, setTool] = useState<AnyTool>("window");
  const [choice, setChoice] = useState<EvidenceChoice>({ opacity: 1, isOn: true, withCells: false, isBeside: false });
  const [broken, setBroken] = useState<{ imageId: string | undefined; error: unknown } | null>(null);
  const { single } = useShortcutBoard();
  const isPanning = useHeldKey(TOOL_KEYS.pan, single);
  const isHiding = useHeldKey(EVIDENCE_KEYS.evidence, single);

  const onMain = useCallback((main: Pane | null) => setPanes((before) => ({ ...before, main })), []);
  const onPlain = useCallback((plain: Pane | null) => setPanes((before) => ({ ...before, plain })), []);
  const imageId = image?.id;
  const onError = useCallback((error: unknown) => setBroken({ imageId, error }), [imageId]);
  const onEvidence = useCallback(
    (part: Partial<EvidenceChoice>) => setChoice((before) => ({ ...before, ...part })),
    [],
  );
  const pane = panes.main;
  const onAct = useCallback(
    (act: Act) => {
      if (act === "invert") pane?.invert();
      else if (act === "fit") pane?.fit();
      else if (act === "actual") pane?.actualSize();
      else pane?.reset();
    },
    [pane],
  );
  useShortcuts([
    { keys: [TOOL_KEYS.window], word: "window", where: "inStudy", handler: () => setTool("window") },
    { keys: [TOOL_KEYS.zoom], word: "zoom", where: "inStudy", handler: () => setTool("zoom") },
    { keys: [TOOL_KEYS.pan], word: "pan", where: "inStudy" },
    { keys: [TOOL_KEYS.measure], word: "measure", where: "inStudy", handler: () => setTool("measure") },
    { keys: [ACT_KEYS.invert], word: "invert", where: "inStudy", handler: () => onAct("invert") },
    { keys: [ACT_KEYS.fit], word: "fit", where: "inStudy", handler: () => onAct("fit") },
    { keys: [ACT_KEYS.actual], word: "actual", where: "inStudy", handler: () => onAct("actual") },
    { keys: [ACT_KEYS.reset], word: "reset", where: "inStudy", handler: () => onAct("reset") },
    { keys: [EVIDENCE_KEYS.evidence], word: "hide", where: "inStudy" },
    {
      keys: [EVIDENCE_KEYS.cells],
      word: "cells",
      where: "inStudy",
      handler: () => onEvidence({ withCells: !choice.withCells }),
    },
    {
      keys: [EVIDENCE_KEYS.beside],
      word: "beside",
      where: "inStudy",
      handler: () => onEvidence({ isBeside: !choice.isBeside }),
    },
    { keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"], word: "arrows", where: "inStudy" },
  ]);

  const picture = reading.state === "read" ? reading.picture : null;
  const map = evidence?.maps.find((one) => one.label === label) ?? null;
  const { opacity } = choice;
  const maps = evidence?.maps;
  const isOpen = pane !== null;
  useEffect(() => {
    if (!isOpen || !maps || !colours || !picture) return undefined;
    return paintAhead(maps, colours, picture.columns, picture.rows);
  }, [isOpen, maps, colours, picture]);
  const shown = useMemo(
    () => (map && colours && picture ? { map, colours, columns: picture.columns, rows: picture.rows, opacity } : null),
    [map, colours, picture, opacity],
  );
  const visible = choice.isOn && !isHiding ? shown : null;
  const isOn = visible !== null;
  const shownChoice = useMemo(() => ({ ...choice, isOn }), [choice, isOn]);
  const failure =
    noViewer ??
    (broken?.imageId === image?.id ? broken?.error : null) ??
    (reading.state === "failed" ? reading.error : null);
  const hand = isPanning ? "pan" : tool === "measure" ? "window" : tool;
  const extent = evidence ? extentOf(evidence) : null;
  const caption = useCaption(map);
  const named = label ? t("study.image.withEvidence", { label: t(`label.${label}`) }) : t("study.image.plain");
  const over = (pane: Pane | null) => (
    <>
      {tool === "measure" && !isPanning && !drawing && <MeasureLayer pane={pane} extent={extent} />}
      <RegionLayer pane={pane} regions={regions} drawing={drawing} onDrawn={onDrawn} onCancel={onDrawingEnd} />
    </>
  );

  return (
    <Box
      component="section"
      aria-label={t("study.image.label")}
      sx={{ minWidth: 0, minHeight: 0, display: "flex", flexDirection: "column" }}
    >
      <Toolbar
        tool={isPanning ? "pan" : tool}
        isReady={panes.main !== null}
        evidence={shownChoice}
        hasEvidence={shown !== null}
        onTool={setTool}
        onAct={onAct}
        onEvidence={onEvidence}
      />
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: "flex",
          gap: "1px",
          bgcolor: failure || image?.pixels_expired_at ? "background.default" : "#000",
          position: "relative",
        }}
      >
        {image?.pixels_expired_at ? (
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Gone since={image.pixels_expired_at} />
          </Box>
        ) : failure !== null && image ? (
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Failing
              error={failure}
              imageId={image.id}
              label={map?.label ?? evidence?.maps[0]?.label ?? null}
              isExploratory={map?.tier === "exploratory"}
              onRetry={() => {
                setBroken(null);
                retry();
              }}
            />
          </Box>
        ) : viewer && image && picture ? (
          <>
            {choice.isBeside && (
              <PaneView
                viewer={viewer}
                imageId={image.id}
                tool={hand}
                label={t("study.image.plain")}
                onPane={onPlain}
                onError={onError}
              >
                <Caption title={t("study.image.plain")} lines={[]} />
              </PaneView>
            )}
            <PaneView viewer={viewer} imageId={image.id} tool={hand} label={named} onPane={onMain} onError={onError}>
              <EvidenceLayer pane={panes.main} shown={visible} withCells={choice.withCells} />
              {visible && <Scale shown={visible} />}
              {map && caption && (
                <Caption title={caption.title} lines={visible ? caption.lines : [t("study.evidence.hidden")]} />
              )}
              <Readout pane={panes.main} picture={picture} />
              {over(panes.main)}
            </PaneView>
          </>
        ) : (
          <Box
            role="status"
            sx={{ flex: 1, display: "grid", placeItems: "center", color: "#8d99a4", typography: "second" }}
          >
            {image ? t("study.image.loading") : images.length > 0 ? t("study.image.noneToShow") : ""}
          </Box>
        )}
      </Box>
      <ImageStrip images={images} chosen={image?.id ?? null} viewer={viewer} pictures={pictures} onChoose={onImage} />
    </Box>
  );
}

/** What the evidence on the screen is, in words: whatever was not called says so. */
function useCaption(map: EvidenceMap | null): { title: string; lines: readonly string[] } | null {
  const { t } = useTranslation();
  if (!map) return null;
  const call = callOf(map);
  const mark =
    call === "absent"
      ? t("study.evidence.below")
      : call === "indeterminate"
        ? t("study.evidence.open")
        : call === "exploratory"
          ? t("study.evidence.exploratory")
          : "";
  return {
    title: t("study.evidence.title", { label: t(`label.${map.label}`) }),
    lines: [mark, map.peak ? t("study.evidence.meaning") : t("study.evidence.none")].filter(Boolean),
  };
}
