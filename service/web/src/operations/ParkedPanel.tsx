// What waits for a person: each with its reason in the peer's own words, to be tried again alone, chosen ones together, or all.
import { useEffect, useMemo, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../api/client.ts";
import { Panel } from "../figures/Panel.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { Failure } from "../shell/Failure.tsx";
import { ParkedRow } from "./ParkedRow.tsx";
import { useSteady } from "./useHeld.ts";
import { type Retries, rowsOf, keyOf, type ShownRow, useRetries } from "./useRetries.ts";

const keyOfRow = ({ thing }: ShownRow) => keyOf(thing);
/** Somebody else has seen to it, or it went by itself. */
const asGone = (row: ShownRow): ShownRow => ({ ...row, outcome: row.outcome ?? { state: "gone" }, isParked: false });

interface Props {
  answer: Schemas["ParkedLines"] | undefined;
  /** When it was read. */
  readAt: number;
  error: unknown;
  onRetry: () => void;
  /** Somebody has a hand on it: nothing may move. */
  isHeld: boolean;
  onHeld: (held: boolean) => void;
  /** Under the list. */
  children: React.ReactNode;
}

export function ParkedPanel({ answer, readAt, error, onRetry, isHeld, onHeld, children }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const retries = useRetries();
  const { compare, tried } = retries;
  useEffect(() => {
    if (answer) compare(answer.parked);
  }, [answer, compare]);
  const current = useMemo(() => rowsOf(answer?.parked ?? [], tried), [answer, tried]);
  const rows = useSteady(current, isHeld, keyOfRow, asGone);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const possible = rows.filter(({ thing, isParked, outcome }) => isParked && thing.can_retry && !isUnderWay(outcome));
  const picked = possible.filter(({ thing }) => chosen.has(keyOf(thing)));
  const total = answer?.total ?? 0;
  const shown = answer?.parked.length ?? 0;

  const choose = (keys: readonly string[], on: boolean) =>
    setChosen((before) => new Set(on ? [...before, ...keys] : [...before].filter((key) => !keys.includes(key))));
  const start = (some: readonly ShownRow[]) => {
    choose(
      some.map(({ thing }) => keyOf(thing)),
      false,
    );
    retries.start(some.map(({ thing }) => thing));
  };

  return (
    <Panel
      title={t("operations.parked.title")}
      note={
        shown < total
          ? t("operations.parked.shownOf", { shown: figures.count(shown), total: figures.count(total) })
          : t("operations.parked.oldestFirst")
      }
      actions={
        <Actions
          rows={rows}
          possible={possible}
          picked={picked}
          retries={retries}
          onStart={start}
          onClear={() => {
            // Who clears the list wants it to move.
            onHeld(false);
            retries.clear();
          }}
        />
      }
    >
      {!answer && error ? (
        <Box sx={{ height: "14rem" }}>
          <Failure error={error} title={t("operations.parked.failed")} onRetry={onRetry} />
        </Box>
      ) : !answer ? (
        <Bones />
      ) : rows.length === 0 ? (
        <Box role="status" sx={{ px: "20px", py: 3.5 }}>
          <Typography sx={{ fontWeight: 600 }}>{t("operations.parked.empty")}</Typography>
          <Typography sx={{ color: "text.secondary" }}>{t("operations.parked.emptyDetail")}</Typography>
        </Box>
      ) : (
        <>
          {possible.length > 1 && (
            <Box
              component="label"
              sx={{
                display: "flex",
                alignItems: "center",
                gap: 1.5,
                px: "16px",
                minHeight: "2.25rem",
                typography: "second",
              }}
            >
              <Checkbox
                size="small"
                sx={{ p: 0, width: "1.5rem", height: "1.5rem" }}
                checked={picked.length === possible.length}
                indeterminate={picked.length > 0 && picked.length < possible.length}
                onChange={(_, on) =>
                  choose(
                    possible.map(({ thing }) => keyOf(thing)),
                    on,
                  )
                }
              />
              {t("operations.parked.all")}
            </Box>
          )}
          <Box component="ul" sx={{ m: 0, p: 0, listStyle: "none", maxHeight: "40rem", overflow: "auto" }}>
            {rows.map((row) => (
              <ParkedRow
                key={keyOf(row.thing)}
                row={row}
                now={readAt}
                isChosen={chosen.has(keyOf(row.thing))}
                onChoose={(on) => choose([keyOf(row.thing)], on)}
                onRetry={() => start([row])}
              />
            ))}
          </Box>
        </>
      )}
      {children}
    </Panel>
  );
}

export function isUnderWay(outcome: ShownRow["outcome"]): boolean {
  return outcome !== null && ["waiting", "trying", "queued"].includes(outcome.state);
}

interface ActionsProps {
  rows: readonly ShownRow[];
  possible: readonly ShownRow[];
  picked: readonly ShownRow[];
  retries: Retries;
  onStart: (rows: readonly ShownRow[]) => void;
  onClear: () => void;
}

function Actions({ rows, possible, picked, retries, onStart, onClear }: ActionsProps) {
  const { t } = useTranslation();
  const figures = useFigures();
  const outcomes = [...retries.tried.values()].map(({ outcome }) => outcome.state);
  const left = outcomes.filter((state) => state === "waiting" || state === "trying").length;
  const queued = outcomes.filter((state) => state === "queued").length;
  const done = rows.some(({ outcome }) => outcome !== null && !isUnderWay(outcome)) || queued > 0;
  return (
    <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 1 }}>
      <Typography role="status" variant="second" sx={{ color: "text.secondary" }}>
        {outcomes.length > 0 &&
          t("operations.parked.summary", {
            queued: figures.count(queued),
            failed: figures.count(outcomes.length - queued - left),
            left: figures.count(left),
          })}
      </Typography>
      {retries.isBusy ? (
        <Button onClick={retries.stop}>{t("operations.parked.stop")}</Button>
      ) : (
        done && (
          <Button variant="text" onClick={onClear}>
            {t("operations.parked.clear")}
          </Button>
        )
      )}
      {picked.length > 0 && (
        <Button onClick={() => onStart(picked)}>
          {t("operations.parked.retryChosen", { count: picked.length, formatted: figures.count(picked.length) })}
        </Button>
      )}
      <Button disabled={possible.length === 0} onClick={() => onStart(possible)}>
        {t("operations.parked.retryAll")}
      </Button>
    </Box>
  );
}

function Bones() {
  return (
    <Box aria-hidden>
      {[0, 1, 2].map((row) => (
        <Box key={row} sx={{ px: "20px", py: 1.5, borderBottom: 1, borderColor: "divider" }}>
          <Skeleton animation={false} width="70%" />
          <Skeleton animation={false} width="40%" />
        </Box>
      ))}
    </Box>
  );
}
