// The page's first line: whether anything waits for a person, whether the rest runs, and how fresh all of it is.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { SignDelivered, SignParked, SignResume, SignWarning } from "../shell/icons.tsx";
import { troublesOf } from "./health.ts";
import { REFRESH_S } from "./OperationsPage.tsx";
import type { Operations } from "./read.ts";

interface Props {
  state: Operations | undefined;
  /** How many things wait for a person; undefined: not known yet. */
  waiting: number | undefined;
  isPaused: boolean;
  onPause: (paused: boolean) => void;
}

export function PageHead({ state, waiting, isPaused, onPause }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const time = state ? figures.clock(state.at) : "";
  return (
    <Box sx={{ minHeight: "3.5rem", display: "flex", alignItems: "center", flexWrap: "wrap", columnGap: 2 }}>
      <Typography variant="h1">{t("operations.title")}</Typography>
      {state && waiting !== undefined ? (
        <Summary state={state} waiting={waiting} />
      ) : (
        <Skeleton animation={false} width="16rem" />
      )}
      <Box sx={{ flex: 1 }} />
      <Typography variant="second" component="span" sx={{ color: isPaused ? "text.primary" : "text.disabled" }}>
        {isPaused
          ? t("operations.paused", { time })
          : `${t("operations.lastDay")} · ${t("operations.readAt", { time })}`}
      </Typography>
      <Tooltip describeChild title={t("operations.pauseHelp", { seconds: REFRESH_S })}>
        <Button
          aria-pressed={isPaused}
          aria-keyshortcuts="p"
          startIcon={isPaused ? <SignResume /> : <SignParked />}
          onClick={() => onPause(!isPaused)}
          sx={{ minWidth: "7.5rem" }}
        >
          {t(isPaused ? "operations.resume" : "operations.pause")}
        </Button>
      </Tooltip>
    </Box>
  );
}

function Summary({ state, waiting }: { state: Operations; waiting: number }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const wrong = troublesOf(state).length;
  return (
    <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 1, minWidth: 0 }}>
      {waiting > 0 ? (
        <Box
          component="strong"
          sx={{ display: "flex", alignItems: "center", gap: 1, fontWeight: 600, color: "error.main" }}
        >
          <SignParked />
          {t("operations.waits", { count: waiting, formatted: figures.count(waiting) })}
        </Box>
      ) : (
        <Box sx={{ display: "flex", alignItems: "center", gap: 1, color: "success.main" }}>
          <SignDelivered />
          {t("operations.nothingWaits")}
        </Box>
      )}
      {wrong > 0 ? (
        <Box
          component="strong"
          sx={{ display: "flex", alignItems: "center", gap: 1, ml: 1, fontWeight: 600, color: "error.main" }}
        >
          <SignWarning />
          {t("operations.wrong", { count: wrong, formatted: figures.count(wrong) })}
        </Box>
      ) : (
        <Box component="span" sx={{ color: "text.secondary", ml: 0.75 }}>
          {t(waiting > 0 ? "operations.elseRuns" : "operations.runs")}
        </Box>
      )}
    </Box>
  );
}
