// The few figures that say most of a model, each with its interval, the poor ones as large as the good.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { type Interval, useFigures } from "../figures/useFigures.ts";
import { bestOf, type Evaluation } from "./evaluation.ts";
import { useModelWords } from "./useModelWords.ts";

interface Figure {
  key: string;
  figure: Interval;
  words: string;
  isChange?: boolean;
  note?: string;
}

export function KeyFigures({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTranslation();
  const words = useModelWords();
  const [assessed, all] = ["assessed", "all"].map((name) => evaluation.macros.find((macro) => macro.name === name));
  const lead = bestOf(evaluation.macroBaselines);
  const shown: Figure[] = [
    ...(assessed
      ? [
          {
            key: "assessed",
            figure: assessed.auroc,
            words: t("models.key.assessed", { count: assessed.labels }),
            note: t("models.key.flatters"),
          },
        ]
      : []),
    ...(all ? [{ key: "all", figure: all.auroc, words: t("models.key.all", { count: all.labels }) }] : []),
    ...(lead
      ? [
          {
            key: "lead",
            figure: lead[1].difference,
            words: t("models.key.lead", { baseline: words.baseline(lead[0]) }),
            isChange: true,
          },
        ]
      : []),
    ...(evaluation.alarmedOfHealthy
      ? [{ key: "healthy", figure: evaluation.alarmedOfHealthy, words: t("models.key.healthy") }]
      : []),
    ...(evaluation.foundOfIll ? [{ key: "ill", figure: evaluation.foundOfIll, words: t("models.key.ill") }] : []),
  ];
  return (
    <Box component="dl" sx={{ m: 0, display: "flex", flexWrap: "wrap", columnGap: 5, rowGap: 1.5 }}>
      {shown.map(({ key, ...one }) => (
        <KeyFigure key={key} {...one} />
      ))}
    </Box>
  );
}

function KeyFigure({ figure, words, isChange = false, note }: Omit<Figure, "key">) {
  const { t } = useTranslation();
  const figures = useFigures();
  return (
    <Box sx={{ display: "flex", flexDirection: "column-reverse" }}>
      <Typography component="dt" variant="second" sx={{ color: "text.secondary" }} title={note}>
        {words}
        {note && (
          <Box component="span" sx={visuallyHidden}>
            {`. ${note}`}
          </Box>
        )}
      </Typography>
      <Box component="dd" sx={{ m: 0, display: "flex", alignItems: "baseline", gap: 1 }}>
        <Typography variant="display" component="span" aria-hidden>
          {figures.fixed(figure.value, 2, isChange)}
        </Typography>
        <Box component="span" sx={{ color: "text.disabled" }} aria-hidden>
          {isChange ? figures.changeRange(figure) : figures.range(figure)}
        </Box>
        <Box component="span" sx={visuallyHidden}>
          {t("figures.interval", {
            value: figures.fixed(figure.value, 2, isChange),
            low: figures.fixed(figure.low, 2, isChange),
            high: figures.fixed(figure.high, 2, isChange),
          })}
        </Box>
      </Box>
    </Box>
  );
}
