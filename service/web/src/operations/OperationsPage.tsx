// How the service fares, on one page: the flow, what waits for a person, where results go, and how fast. It reads itself anew.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Failure } from "../shell/Failure.tsx";
import { useShortcuts } from "../shell/shortcuts.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { DeclinedReasons } from "./DeclinedReasons.tsx";
import { DestinationsPanel } from "./DestinationsPanel.tsx";
import { Flow } from "./Flow.tsx";
import { InstallationPanel } from "./InstallationPanel.tsx";
import { LatencyPanel, ThroughputPanel } from "./charts.tsx";
import { OPERATIONS, PARKED, readOperations, readParked } from "./read.ts";
import { PageHead } from "./PageHead.tsx";
import { ParkedPanel } from "./ParkedPanel.tsx";
import { Troubles } from "./Troubles.tsx";

export const REFRESH_S = 5;

export default function OperationsPage() {
  const { t } = useTranslation();
  const [isPaused, setPaused] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const refetchInterval = isPaused ? (false as const) : REFRESH_S * 1000;
  const { data, error, refetch } = useQuery({
    queryKey: OPERATIONS,
    queryFn: ({ signal }) => readOperations(signal),
    refetchInterval,
  });
  const parked = useQuery({ queryKey: PARKED, queryFn: ({ signal }) => readParked(signal), refetchInterval });
  usePageTitle(t("operations.title"));
  useShortcuts([{ keys: ["p"], word: "pause", where: "everywhere", handler: () => setPaused((now) => !now) }]);

  if (!data && error)
    return <Failure isPage error={error} title={t("operations.failed")} onRetry={() => void refetch()} />;
  return (
    <Box sx={{ height: "100%", overflow: "auto", px: `${GUTTER_PX}px`, pb: 3 }}>
      <PageHead state={data} waiting={parked.data?.total} isPaused={isPaused} onPause={setPaused} />
      <Troubles state={data} isHeld={isHeld} />
      <Flow state={data} />
      <Box
        sx={{
          mt: 2,
          display: "grid",
          gap: 2,
          alignItems: "start",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 11fr) minmax(0, 9fr)" },
        }}
      >
        <Box
          // The buttons over the list are held, too: a press ends where it began.
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setHeld(false)}
        >
          <ParkedPanel
            answer={parked.data}
            readAt={parked.dataUpdatedAt}
            error={parked.error}
            onRetry={() => void parked.refetch()}
            isHeld={isHeld}
            onHeld={setHeld}
          >
            <DeclinedReasons state={data} />
          </ParkedPanel>
        </Box>
        <Box sx={{ display: "grid", gap: 2, minWidth: 0 }}>
          <DestinationsPanel destinations={data?.destinations} at={data?.at} />
          <InstallationPanel state={data} />
        </Box>
      </Box>
      <Box
        sx={{
          mt: 2,
          display: "grid",
          gap: 2,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(0, 1fr)" },
        }}
      >
        <ThroughputPanel spans={data?.spans} />
        <LatencyPanel spans={data?.spans} />
      </Box>
    </Box>
  );
}
