// One thing that waits for a person: what it is, why in whose words, since when, and what became of trying it again.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { SignDelivered, SignParked, SignWarning } from "../shell/icons.tsx";
import { isUnderWay } from "./ParkedPanel.tsx";
import type { Parked } from "./read.ts";
import type { ShownRow } from "./useRetries.ts";

interface Props {
  row: ShownRow;
  /** When the list was read. */
  now: number;
  isChosen: boolean;
  onChoose: (on: boolean) => void;
  onRetry: () => void;
}

export function ParkedRow({ row, now, isChosen, onChoose, onRetry }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { thing, outcome, isParked } = row;
  const what = useWhat()(thing);
  const canRetry = isParked && thing.can_retry && !isUnderWay(outcome);
  const age = figures.past((now - Date.parse(thing.since)) / 1000);
  return (
    <Box
      component="li"
      sx={{
        display: "grid",
        columnGap: 1,
        alignItems: "start",
        gridTemplateColumns: "1.75rem 1.25rem minmax(0, 1fr) auto minmax(7rem, auto)",
        gridTemplateAreas: '"check sign what age act" "check sign why why act"',
        // A wide screen has room for everything on one line.
        "@media (min-width: 1600px)": {
          gridTemplateColumns: "1.75rem 1.25rem minmax(7rem, 10rem) minmax(0, 1fr) 4.5rem minmax(8.5rem, auto)",
          gridTemplateAreas: '"check sign what why age act"',
        },
        pl: "16px",
        pr: "20px",
        py: 1.25,
        borderTop: 1,
        borderColor: "divider",
      }}
    >
      <Checkbox
        size="small"
        disabled={!canRetry}
        checked={canRetry && isChosen}
        onChange={(_, on) => onChoose(on)}
        slotProps={{ input: { "aria-label": t("operations.parked.select", { what }) } }}
        sx={{ gridArea: "check", p: 0, width: "1.5rem", height: "1.5rem" }}
      />
      <Box sx={{ gridArea: "sign", pt: "3px", color: isParked ? "error.main" : "success.main" }}>
        {isParked ? <SignParked /> : <SignDelivered />}
      </Box>
      <Box sx={{ gridArea: "what", minWidth: 0 }}>
        <Box sx={{ fontWeight: 600 }}>{t(`operations.parked.${thing.kind}`)}</Box>
        <Typography variant="caption" component="div" sx={{ color: "text.disabled", overflowWrap: "anywhere" }}>
          {thing.parcel &&
            t("operations.parked.to", {
              parcel: t(`operations.parked.parcel.${thing.parcel}`),
              destination: thing.destination,
            })}
          {thing.attempts > 0 &&
            ` · ${t("operations.parked.tries", { count: thing.attempts, formatted: figures.count(thing.attempts) })}`}
        </Typography>
      </Box>
      <Box sx={{ gridArea: "why", minWidth: 0, overflowWrap: "anywhere" }}>
        <div>{thing.reason || t("operations.parked.noReason")}</div>
        {isParked && !thing.can_retry && (
          <Box sx={{ color: "text.secondary" }}>
            {t(thing.kind === "delivery" ? "operations.parked.final.homeless" : "operations.parked.final.conflict")}
          </Box>
        )}
        <Typography variant="caption" component="div" sx={{ color: "text.disabled" }}>
          {t("operations.parked.study", { uid: thing.study_instance_uid })}
        </Typography>
      </Box>
      <Box
        component="span"
        title={figures.day(thing.since)}
        sx={{ gridArea: "age", color: "text.secondary", textAlign: "right", whiteSpace: "nowrap" }}
      >
        {age}
      </Box>
      <Box sx={{ gridArea: "act", display: "grid", justifyItems: "end", gap: 0.5, textAlign: "right" }}>
        {canRetry && (
          <Button onClick={onRetry} aria-label={t("operations.parked.retryOne", { what })}>
            {t("operations.parked.retry")}
          </Button>
        )}
        {outcome && <OutcomeWords outcome={outcome} />}
      </Box>
    </Box>
  );
}

const BAD: readonly string[] = ["again", "refused", "unreachable"];

function OutcomeWords({ outcome }: { outcome: NonNullable<ShownRow["outcome"]> }) {
  const { t } = useTranslation();
  const isBad = BAD.includes(outcome.state);
  return (
    <Typography
      variant="second"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 0.75,
        minHeight: "2rem",
        color: isBad ? "error.main" : outcome.state === "gone" ? "success.main" : "text.secondary",
        overflowWrap: "anywhere",
      }}
    >
      {isBad && <SignWarning />}
      {outcome.state === "refused"
        ? t("operations.parked.outcome.refused", { reason: outcome.reason })
        : t(`operations.parked.outcome.${outcome.state}`)}
    </Typography>
  );
}

/** What a row is, in one line for who listens. */
function useWhat(): (thing: Parked) => string {
  const { t } = useTranslation();
  return ({ kind, parcel, destination, study_instance_uid: uid }) =>
    [
      t(`operations.parked.${kind}`),
      ...(parcel ? [t("operations.parked.to", { parcel: t(`operations.parked.parcel.${parcel}`), destination })] : []),
      t("operations.parked.study", { uid }),
    ].join(", ");
}
