// The five stages that an image goes through, each with its number, what is behind it, and its day as a line.
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { type Counted, jobsOf, sumOf, totalOf } from "./health.ts";
import type { Operations } from "./read.ts";
import { Sparkline } from "./Sparkline.tsx";
import { useReasonWord } from "./useReasonWord.ts";

interface Stage {
  name: "receive" | "accept" | "analyse" | "report" | "deliver";
  number: number;
  unit: string;
  /** Two lines at most. */
  notes: readonly (string | null)[];
  line: readonly number[];
}

const NAMES = ["receive", "accept", "analyse", "report", "deliver"] as const;

export function Flow({ state }: { state: Operations | undefined }) {
  const { t } = useTranslation();
  const stagesOf = useStages();
  const stages = state ? stagesOf(state) : null;
  return (
    <Box
      component="ol"
      aria-label={t("operations.flow.label")}
      sx={{
        m: 0,
        p: 0,
        listStyle: "none",
        display: "grid",
        gridTemplateColumns: { xs: "1fr", md: "repeat(5, minmax(0, 1fr))" },
        border: 1,
        borderColor: "divider",
        borderRadius: "6px",
        bgcolor: "background.paper",
      }}
    >
      {NAMES.map((name, at) => (
        <Box
          component="li"
          key={name}
          sx={{ p: "14px 20px 12px", minWidth: 0, borderLeft: at ? { md: 1 } : 0, borderColor: { md: "divider" } }}
        >
          <Typography variant="h2">{t(`operations.flow.${name}`)}</Typography>
          {stages?.[at] ? <StageFigures stage={stages[at]} /> : <Bones />}
        </Box>
      ))}
    </Box>
  );
}

function StageFigures({ stage }: { stage: Stage }) {
  const figures = useFigures();
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 0.75 }}>
        <Typography variant="display" component="span">
          {figures.count(stage.number)}
        </Typography>
        <Box component="span" sx={{ color: "text.secondary" }}>
          {stage.unit}
        </Box>
      </Box>
      <Box sx={{ minHeight: "2.25rem", mb: 1 }}>
        {stage.notes.filter(Boolean).map((note) => (
          <Typography
            key={note}
            variant="second"
            component="div"
            title={note ?? undefined}
            sx={{ color: "text.secondary", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
          >
            {note}
          </Typography>
        ))}
      </Box>
      <Sparkline values={stage.line} />
    </>
  );
}

function Bones() {
  return (
    <Box aria-hidden>
      <Skeleton animation={false} variant="text" width="50%" sx={{ fontSize: "1.75rem", lineHeight: 1.286 }} />
      <Skeleton animation={false} variant="text" width="80%" sx={{ minHeight: "2.25rem", mb: 1 }} />
      <Skeleton animation={false} variant="rectangular" height="2.25rem" />
    </Box>
  );
}

function useStages(): (state: Operations) => Stage[] {
  const { t } = useTranslation();
  const figures = useFigures();
  const wordOf = useReasonWord();
  return (state) => {
    const { spans, speed, destinations, declined } = state;
    const line = (what: Counted) => spans.map((span) => span[what]);
    const received = totalOf(spans, "received");
    const gone = totalOf(spans, "declined");
    const refused = state.refused.reduce((total, { count }) => total + count, 0);
    const [analyse, report] = [jobsOf(state, "analyse"), jobsOf(state, "report")];
    const parked = sumOf(destinations, "parked");
    const formatted = (value: number) => ({ count: value, formatted: figures.count(value) });
    const last =
      state.last_received_at === null ? null : (Date.parse(state.at) - Date.parse(state.last_received_at)) / 1000;
    const codes = declined.slice(0, 2).map(({ code, count }) => `${wordOf(code)} ${figures.count(count)}`);
    return [
      {
        name: "receive",
        number: received,
        unit: t("operations.flow.images", { count: received }),
        notes: [
          last === null || received === 0
            ? t("operations.flow.nothingReceived")
            : t("operations.flow.lastReceived", { time: figures.past(last) }),
          refused > 0 ? t("operations.flow.refused", formatted(refused)) : null,
        ],
        line: line("received"),
      },
      {
        name: "accept",
        number: received - gone,
        unit: t("operations.flow.onDisk"),
        notes: [
          gone > 0 ? t("operations.flow.declined", formatted(gone)) : t("operations.flow.noneDeclined"),
          codes.join(", "),
        ],
        line: spans.map((span) => span.received - span.declined),
      },
      {
        name: "analyse",
        number: analyse.due,
        unit: t("operations.flow.wait", { count: analyse.due }),
        notes: [
          speed.p50_s === null || speed.p95_s === null
            ? t("operations.flow.noSpeed")
            : t("operations.flow.speed", { median: figures.duration(speed.p50_s), p95: figures.duration(speed.p95_s) }),
          [
            t("operations.flow.running", formatted(analyse.running)),
            ...(analyse.later ? [t("operations.flow.later", formatted(analyse.later))] : []),
          ].join(", "),
        ],
        line: line("analysed"),
      },
      {
        name: "report",
        number: state.reports_due,
        unit: t("operations.flow.due"),
        notes: [
          t("operations.flow.reported", formatted(totalOf(spans, "reported"))),
          report.running
            ? t("operations.flow.running", formatted(report.running))
            : t("operations.flow.quiet", { time: figures.past(state.quiet_period_s) }),
        ],
        line: line("reported"),
      },
      {
        name: "deliver",
        number: sumOf(destinations, "unfinished"),
        unit: t("operations.flow.onTheirWay"),
        notes: [
          t("operations.flow.delivered", formatted(totalOf(spans, "delivered"))),
          t("operations.flow.parked", formatted(parked)),
        ],
        line: line("delivered"),
      },
    ];
  };
}
