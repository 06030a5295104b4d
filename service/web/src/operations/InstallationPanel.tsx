// What this Diafan rests on, part by part: its state, and the number that tells it.
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { Panel } from "../figures/Panel.tsx";
import { type Figures, useFigures } from "../figures/useFigures.ts";
import { SignDelivered, SignWarning } from "../shell/icons.tsx";
import { isBehind, isFull } from "./health.ts";
import type { Operations } from "./read.ts";

const PARTS = ["database", "model", "log", "workers", "disk", "listener", "identity", "version"] as const;

interface Part {
  detail: string;
  value: string;
  /** null: there is nothing to be right or wrong about it. */
  isFine: boolean | null;
}

export function InstallationPanel({ state }: { state: Operations | undefined }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const partsOf = useParts(figures);
  const parts = state ? partsOf(state) : null;
  return (
    <Panel title={t("operations.installation.title")}>
      <Box component="dl" sx={{ m: 0 }}>
        {PARTS.map((name, at) => (
          <Box
            key={name}
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(9.5rem, 11.5rem) minmax(0, 1fr) auto",
              columnGap: 1.5,
              alignItems: "baseline",
              px: "20px",
              py: "9px",
              borderTop: at ? 1 : 0,
              borderColor: "divider",
            }}
          >
            <Box component="dt" sx={{ display: "flex", gap: 1.5, fontWeight: 600 }}>
              <Sign isFine={parts?.[name].isFine ?? null} />
              {t(`operations.installation.${name}`)}
            </Box>
            <Box component="dd" sx={{ m: 0, color: "text.secondary", overflowWrap: "anywhere" }}>
              {parts ? parts[name].detail : <Skeleton animation={false} width="60%" />}
            </Box>
            <Box
              component="dd"
              sx={{
                m: 0,
                typography: "second",
                textAlign: "right",
                color: parts?.[name].isFine === false ? "error.main" : "text.primary",
              }}
            >
              {parts?.[name].value}
            </Box>
          </Box>
        ))}
      </Box>
    </Panel>
  );
}

function Sign({ isFine }: { isFine: boolean | null }) {
  const { t } = useTranslation();
  if (isFine === null) return <Box component="span" sx={{ width: "1rem", flex: "none" }} />;
  return (
    <Box component="span" sx={{ alignSelf: "start", pt: "2px", color: isFine ? "success.main" : "error.main" }}>
      {isFine ? <SignDelivered /> : <SignWarning />}
      <Box component="span" sx={visuallyHidden}>
        {t(isFine ? "operations.installation.fine" : "operations.installation.wrong")}
      </Box>
    </Box>
  );
}

function useParts(figures: Figures): (state: Operations) => Record<(typeof PARTS)[number], Part> {
  const { t } = useTranslation();
  return (state) => {
    const { database, model, audit_log: log, disk, listener, identity, workers } = state;
    return {
      database: {
        detail: t("operations.installation.databaseIs", { version: database.version }),
        value: figures.duration(database.answer_ms / 1000),
        isFine: true,
      },
      model: {
        detail: `${model.name} ${model.version}`,
        value: model.problem
          ? t("operations.installation.modelAway")
          : model.since === null
            ? ""
            : t("operations.installation.modelSince", { day: figures.day(model.since) }),
        isFine: !model.problem,
      },
      log: {
        detail: t("operations.installation.entries", { count: log.entries, formatted: figures.count(log.entries) }),
        value: isBehind(state)
          ? t("operations.installation.logBehind", { time: figures.past(log.behind_s ?? 0) })
          : t("operations.installation.logCurrent"),
        isFine: !isBehind(state),
      },
      workers: {
        detail: t("operations.installation.workersHeard", { count: workers, formatted: figures.count(workers) }),
        value: "",
        isFine: workers > 0,
      },
      disk: {
        detail: t("operations.installation.diskUsed", {
          used: figures.bytes(disk.total_bytes - disk.free_bytes),
          total: figures.bytes(disk.total_bytes),
          reserve: figures.bytes(disk.reserve_bytes),
        }),
        value: t("operations.installation.diskFree", { free: figures.bytes(disk.free_bytes) }),
        isFine: !isFull(state),
      },
      listener: { detail: `${listener.ae_title} · ${listener.host}:${listener.port}`, value: "", isFine: null },
      identity: {
        detail: identity.issuer,
        value: t(`operations.installation.identityKind.${identity.kind}`),
        isFine: null,
      },
      version: { detail: `Diafan ${state.version}`, value: "", isFine: null },
    };
  };
}
