// What a model is for, what it was made and judged with, and where its limits are: in the words of its card.
import { lazy, Suspense } from "react";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { CardBones } from "./CardDialog.tsx";
import { sectionsOf } from "./card.ts";
import type { Evaluation } from "./evaluation.ts";
import { cardQuery, type Model } from "./read.ts";
import { useModelWords } from "./useModelWords.ts";

const Markdown = lazy(async () => ({ default: (await import("./Markdown.tsx")).Markdown }));
const COLUMNS = ["split", "images", "patients", "unreadable"] as const;
/** Headings of the card (models/training/templates/card.md). */
const SECTIONS = ["Intended use", "Data", "Shortcuts and limits", "Source and licence of the data"] as const;

export function AboutPanel({ model, evaluation }: { model: Model; evaluation: Evaluation }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const words = useModelWords();
  const card = useQuery(cardQuery(model));
  const { trainedOn, data: test, engine, draws } = evaluation;
  const facts = { test, engine, precision: model.precision, draws: figures.count(draws) };
  return (
    <Panel title={t("models.about.title")} note={t("models.about.note")}>
      <Box
        sx={{
          display: "grid",
          gap: 3,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "minmax(0, 26rem) minmax(0, 1fr)" },
        }}
      >
        <Box sx={{ py: 1.5 }}>
          <Table>
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" className={column === "split" ? "" : "number"}>
                    {t(`models.about.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {evaluation.splits.map(({ name, images, patients, unreadable }) => (
                <tr key={name}>
                  <th scope="row">{words.split(name)}</th>
                  <td className="number">{figures.count(images)}</td>
                  <td className="number">{figures.count(patients)}</td>
                  <td className="number">{figures.count(unreadable)}</td>
                </tr>
              ))}
            </tbody>
          </Table>
          <Typography component="p" variant="second" sx={{ px: "20px", pt: 1.5, color: "text.secondary" }}>
            {trainedOn === null
              ? t("models.about.unknown", facts)
              : t("models.about.trained", { ...facts, data: trainedOn })}
            {trainedOn !== null && trainedOn !== test && ` ${t("models.about.external")}`}
          </Typography>
        </Box>
        <Box sx={{ px: "20px", pb: 2, minHeight: "12rem" }}>
          {card.data !== undefined ? (
            <Suspense fallback={<CardBones />}>
              <Markdown text={sectionsOf(card.data, SECTIONS)} model={model} />
            </Suspense>
          ) : card.error ? (
            <Box role="alert" sx={{ py: 2, color: "text.secondary" }}>
              {t("models.about.failed")}
            </Box>
          ) : (
            <CardBones />
          )}
        </Box>
      </Box>
    </Panel>
  );
}
