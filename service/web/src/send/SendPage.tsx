// Sending images: what is dropped goes out by itself, and each line follows its image to what the model says of it.
import { useCallback, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useShortcuts } from "../shell/shortcuts.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { type Collected, fromDrop, fromFolder } from "./collect.ts";
import { DetailsPanel, type PanelHandle } from "./DetailsPanel.tsx";
import { DropZone, type DropHandle } from "./DropZone.tsx";
import { FileList, type ListHandle } from "./FileList.tsx";
import { type Line, lineOf } from "./line.ts";
import { batch, useBatch, useLargestBytes } from "./theBatch.ts";
import { useOpening } from "./useOpening.ts";
import { useResults } from "./useResults.ts";
import { useSizes } from "./useSizes.ts";

export default function SendPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { items, held } = useBatch();
  const { live, ...results } = useResults(items);
  const largestBytes = useLargestBytes();
  const size = useSizes();
  const [leftOut, setLeftOut] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const drop = useRef<DropHandle>(null);
  const list = useRef<ListHandle>(null);
  const panel = useRef<PanelHandle>(null);
  usePageTitle(t("send.title"));

  const lines: readonly Line[] = items.map((item) => lineOf(item, results));
  const open = useCallback((uid: string) => void navigate(`/studies/${uid}`), [navigate]);
  const opening = useOpening(items, lines, open);

  const take = async (collecting: Promise<Collected>) => {
    setLeftOut(0);
    setFailed(false);
    try {
      const { files, leftOut } = await collecting;
      setLeftOut(leftOut);
      await batch.add(files);
    } catch {
      setFailed(true);
    }
  };
  useShortcuts([
    { keys: ["o"], word: "chooseFiles", where: "everywhere", handler: () => drop.current?.choose() },
    { keys: ["ArrowUp", "ArrowDown"], word: "moveLine", where: "inList", handler: () => list.current?.focus() },
    { keys: ["Home", "End"], word: "endLines", where: "inList" },
    { keys: ["Enter"], word: "actFile", where: "inList" },
    { keys: ["Delete"], word: "stopFile", where: "inList" },
  ]);

  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column", px: `${GUTTER_PX}px`, pb: `${GUTTER_PX}px` }}>
      <Box
        sx={{
          height: "3.5rem",
          flex: "none",
          display: "flex",
          alignItems: "baseline",
          gap: 2,
          pt: 1.75,
          overflow: "hidden",
        }}
      >
        <Typography variant="h1" sx={{ whiteSpace: "nowrap" }}>
          {t("send.title")}
        </Typography>
        <Typography
          role="status"
          sx={{
            color: held ? "ours.present" : "text.disabled",
            whiteSpace: "nowrap",
            overflow: "hidden",
            textOverflow: "ellipsis",
          }}
        >
          {held
            ? t(`send.${held}`)
            : `${t("send.how")} ${largestBytes === null ? "" : t("send.limit", { size: size(largestBytes) })}`}
        </Typography>
      </Box>
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr) 20rem", xl: "minmax(0, 1fr) 25rem" },
          gap: `${GUTTER_PX}px`,
        }}
      >
        <Box sx={{ display: "flex", flexDirection: "column", gap: 2, minHeight: 0, minWidth: 0 }}>
          <DropZone
            handle={drop}
            onDrop={(transfer) => void take(fromDrop(transfer))}
            onFiles={(files) => void take(Promise.resolve({ files: [...files], leftOut: 0 }))}
            onFolder={(files) => void take(fromFolder(files))}
          />
          <FileList
            handle={list}
            items={items}
            lines={lines}
            held={held}
            live={live}
            leftOut={leftOut}
            hasFailed={hasFailed}
            opening={opening}
            onOpen={open}
            onDetails={(id) => panel.current?.fillIn(id)}
          />
        </Box>
        <DetailsPanel handle={panel} items={items} />
      </Box>
    </Box>
  );
}
