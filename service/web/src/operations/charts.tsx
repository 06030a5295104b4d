// The two charts of the page: how much came through, and how long an image waited for its answer.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { ChartPanel } from "./ChartPanel.tsx";
import type { Span } from "./read.ts";

interface Props {
  spans: readonly Span[] | undefined;
}

export function ThroughputPanel({ spans }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const times = useTimes(spans);
  const series = [
    { name: t("operations.chart.received"), values: spans?.map((span) => span.received) ?? [], look: "quiet" },
    { name: t("operations.chart.analysed"), values: spans?.map((span) => span.analysed) ?? [], look: "strong" },
    { name: t("operations.chart.delivered"), values: spans?.map((span) => span.delivered) ?? [], look: "dashed" },
  ] as const;
  return (
    <ChartPanel
      title={t("operations.chart.throughput")}
      unit={t("operations.chart.throughputUnit")}
      times={times}
      series={series}
      whole
      say={figures.count}
    />
  );
}

export function LatencyPanel({ spans }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const times = useTimes(spans);
  const series = [
    { name: t("operations.chart.p50"), values: spans?.map((span) => span.p50_s) ?? [], look: "strong" },
    { name: t("operations.chart.p95"), values: spans?.map((span) => span.p95_s) ?? [], look: "dashed" },
  ] as const;
  return (
    <ChartPanel
      title={t("operations.chart.latency")}
      unit={t("operations.chart.latencyUnit")}
      times={times}
      series={series}
      whole={false}
      say={figures.duration}
    />
  );
}

function useTimes(spans: readonly Span[] | undefined): number[] | undefined {
  return useMemo(() => spans?.map((span) => Date.parse(span.begins_at)), [spans]);
}
