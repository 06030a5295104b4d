// One file of the batch in its row: how far it is, what became of it, what the model says, and what can be done with it.
import { useEffect, useState } from "react";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import LinearProgress from "@mui/material/LinearProgress";
import useMediaQuery from "@mui/material/useMediaQuery";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import {
  SignAgain,
  SignAnalysing,
  SignClear,
  SignDeclined,
  SignDelivered,
  SignEdit,
  SignGo,
  SignParked,
  SignReceived,
  SignReported,
  SignWithdrawn,
} from "../shell/icons.tsx";
import { FindingsCell } from "../worklist/FindingsCell.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import type { Act } from "./acts.ts";
import type { Item } from "./item.ts";
import type { Line, Standing } from "./line.ts";
import { useLineWords } from "./useLineWords.ts";
import { useSizes } from "./useSizes.ts";

export const WIDTHS = "1rem minmax(8rem, 1fr) 8rem minmax(19rem, 2.4fr) 4.25rem 4rem";

export const Row = styled("div")({
  display: "grid",
  gridTemplateColumns: WIDTHS,
  columnGap: 14,
  alignItems: "center",
  padding: `0 ${GUTTER_PX}px`,
});

const Line_ = styled("div")({ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" });

const SIGNS: Record<Standing, typeof SignParked> = {
  reading: SignReceived,
  details: SignEdit,
  waiting: SignReceived,
  sending: SignAnalysing,
  storing: SignAnalysing,
  again: SignAgain,
  stopped: SignDeclined,
  refused: SignClear,
  received: SignDelivered,
  analysing: SignAnalysing,
  reported: SignReported,
  delivered: SignDelivered,
  declined: SignDeclined,
  parked: SignParked,
  withdrawn: SignWithdrawn,
  superseded: SignWithdrawn,
};
const COLOURS: Partial<Record<Standing, string>> = {
  refused: "error.main",
  again: "ours.present",
  details: "ours.present",
  parked: "error.main",
  received: "success.main",
  analysing: "success.main",
  reported: "success.main",
  delivered: "success.main",
  stopped: "text.disabled",
  declined: "text.disabled",
  withdrawn: "text.disabled",
  superseded: "text.disabled",
  waiting: "text.disabled",
  reading: "text.disabled",
};
const ACT_SIGNS: Record<Act, typeof SignParked> = {
  stop: SignClear,
  again: SignAgain,
  now: SignAgain,
  details: SignEdit,
  open: SignGo,
  remove: SignClear,
};
const WIDE = { widths: "", findings: 2, bandPx: 48, isStacked: false };
const NARROW = { ...WIDE, isStacked: true };

interface Props {
  item: Item;
  line: Line;
  isAway: boolean;
  isActive: boolean;
  acts: readonly Act[];
  onAct: (act: Act) => void;
}

export function FileCells({ item, line, isAway, isActive, acts, onAct }: Props) {
  const { t } = useTranslation();
  const size = useSizes();
  const isWide = useMediaQuery("(min-width: 1600px)");
  const { standing } = line;
  const Sign = SIGNS[standing];
  const colour = COLOURS[standing] ?? "text.secondary";
  const { name } = item.file;
  return (
    <>
      <Box role="gridcell" sx={{ color: colour }}>
        <Sign />
      </Box>
      <Line_ role="gridcell" dir="auto" title={item.file.webkitRelativePath || name} sx={{ fontWeight: 500 }}>
        {name}
      </Line_>
      <Box role="gridcell" sx={{ minWidth: 0, color: colour }}>
        {standing === "sending" ? <Progress item={item} /> : <Stands item={item} standing={standing} />}
      </Box>
      <Box role="gridcell" sx={{ minWidth: 0, typography: "second", color: "text.secondary" }}>
        {line.study ? (
          <FindingsCell study={line.study} layout={isWide ? WIDE : NARROW} />
        ) : (
          <Words {...{ item, line, isAway }} />
        )}
      </Box>
      <Line_ role="gridcell" sx={{ typography: "second", color: "text.disabled", textAlign: "end" }}>
        {size(item.file.size)}
      </Line_>
      <Box role="gridcell" sx={{ display: "flex", justifyContent: "flex-end" }}>
        {acts.map((act) => {
          const ActSign = ACT_SIGNS[act];
          const word = t(`send.act.${act}`, { name });
          return (
            <IconButton
              key={act}
              aria-label={word}
              title={word}
              tabIndex={isActive ? 0 : -1}
              onClick={(event) => {
                event.stopPropagation();
                onAct(act);
              }}
            >
              <ActSign />
            </IconButton>
          );
        })}
      </Box>
    </>
  );
}

/** The word for where it stands; under it, that Diafan had the image before. */
function Stands({ item: { state }, standing }: { item: Item; standing: Standing }) {
  const { t } = useTranslation();
  return (
    <>
      <Line_>{t(`send.standing.${standing}`)}</Line_>
      {state.kind === "taken" && state.before && (
        <Line_ title={t("send.before")} sx={{ typography: "caption", color: "text.disabled" }}>
          {t("send.heldBefore")}
        </Line_>
      )}
    </>
  );
}

function Words({ item, line, isAway }: { item: Item; line: Line; isAway: boolean }) {
  const { t } = useTranslation();
  const wordsOf = useLineWords();
  const [, tick] = useState(0);
  const isCounting = item.state.kind === "again" && !isAway;
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(() => tick((times) => times + 1), 1000);
    return () => clearInterval(timer);
  }, [isCounting]);
  const { text, said, isTheirs } = wordsOf(item, line, isAway);
  return (
    <Line_ title={[text, said && t("send.whatDiafanSaid", { reason: said })].filter(Boolean).join("\n")}>
      <span lang={isTheirs ? "en" : undefined}>{text}</span>
      {said && (
        <Box component="span" lang="en" sx={{ color: "text.disabled" }}>
          {" "}
          {said}
        </Box>
      )}
    </Line_>
  );
}

function Progress({ item }: { item: Item }) {
  const { t, i18n } = useTranslation();
  const share = item.state.kind === "sending" && item.state.all ? item.state.sent / item.state.all : 0;
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(share);
  return (
    <LinearProgress
      variant="determinate"
      value={share * 100}
      aria-label={t("send.spokenProgress", { name: item.file.name, percent })}
      sx={{ height: 4, borderRadius: 1, bgcolor: "divider", "& .MuiLinearProgress-bar": { borderRadius: 1 } }}
    />
  );
}
