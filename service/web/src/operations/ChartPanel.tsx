// A chart in its panel: what each line is, the values of the moment that is looked at, and the same as a table.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useTranslation } from "react-i18next";

import { LineSample } from "../figures/LineSample.tsx";
import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { CHART_HEIGHT, type Series, TimeChart } from "../figures/TimeChart.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { SignChart, SignTable } from "../shell/icons.tsx";

const QUARTER_MS = 15 * 60_000;

interface Props {
  title: string;
  unit: string;
  /** Undefined: not read yet. */
  times: readonly number[] | undefined;
  series: readonly Series[];
  whole: boolean;
  /** A value in words, with its unit where that is not in the heading. */
  say: (value: number) => string;
}

export function ChartPanel({ title, unit, times, series, whole, say }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [isTable, setTable] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const value = (of: Series, at: number) => {
    const one = of.values[at] ?? null;
    return one === null ? t("operations.chart.nothing") : say(one);
  };
  const span = (at: number) => {
    const begin = times?.[at] ?? 0;
    return t("operations.chart.at", { from: figures.hour(begin), to: figures.hour(begin + QUARTER_MS) });
  };
  const speak = (at: number) => `${span(at)}: ${series.map((one) => `${one.name} ${value(one, at)}`).join(", ")}`;
  const isEmpty = series.every(({ values }) => values.every((one) => !one));
  return (
    <Panel
      title={title}
      note={unit}
      actions={
        <Button
          startIcon={isTable ? <SignChart /> : <SignTable />}
          onClick={() => setTable(!isTable)}
          disabled={!times}
        >
          {t(isTable ? "operations.chart.asChart" : "operations.chart.asTable")}
        </Button>
      }
    >
      <Box sx={{ px: "20px", py: 1.5 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 2.5, minHeight: "2.75rem", typography: "second" }}>
          {series.map((one) => (
            <Box
              key={one.name}
              component="span"
              sx={{ display: "flex", alignItems: "center", gap: 1, height: "1.25rem" }}
            >
              <LineSample look={one.look} />
              {one.name}
              {chosen !== null && <Box component="strong">{value(one, chosen)}</Box>}
            </Box>
          ))}
          <Box sx={{ flexBasis: "100%", color: "text.secondary" }} aria-hidden>
            {chosen !== null ? span(chosen) : isEmpty && times ? t("operations.chart.empty") : ""}
          </Box>
        </Box>
        {!times ? (
          <Skeleton animation={false} variant="rectangular" height={CHART_HEIGHT} />
        ) : isTable ? (
          <Box
            role="region"
            tabIndex={0}
            aria-label={t("operations.chart.table", { title, unit })}
            sx={{ height: CHART_HEIGHT, overflow: "auto", mx: "-20px" }}
          >
            <Table>
              <thead>
                <tr>
                  <th scope="col">{t("operations.chart.time")}</th>
                  {series.map(({ name }) => (
                    <th key={name} scope="col" className="number">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {times
                  .map((time, at) => (
                    <tr key={time}>
                      <th scope="row">{span(at)}</th>
                      {series.map((one) => (
                        <td key={one.name} className="number">
                          {value(one, at)}
                        </td>
                      ))}
                    </tr>
                  ))
                  .reverse()}
              </tbody>
            </Table>
          </Box>
        ) : (
          <TimeChart
            label={t("operations.chart.move", { title, unit })}
            times={times}
            series={series}
            whole={whole}
            speak={speak}
            chosen={chosen}
            onChoose={setChosen}
          />
        )}
      </Box>
    </Panel>
  );
}
