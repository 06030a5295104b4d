// Whether a model's maps can be trusted: each question, its map's answer, and the answers of maps that have not seen the image.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { Panel } from "../figures/Panel.tsx";
import { Scroll } from "../figures/Scroll.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { SignDelivered, SignWarning } from "../shell/icons.tsx";
import { type Answer, type Faithfulness, RIVALS, type Step } from "./faithfulness.ts";
import { IntervalWords } from "./IntervalWords.tsx";
import { type Model, pictureAddress } from "./read.ts";
import { useModelWords } from "./useModelWords.ts";

interface Props {
  model: Model;
  faithfulness: Faithfulness | null;
}

export function MapsPanel({ model, faithfulness }: Props) {
  const { t } = useTranslation();
  return (
    <Panel title={t("models.maps.title")} note={t("models.maps.note")}>
      <Typography
        component="p"
        variant="second"
        sx={{ px: "20px", pt: 1.5, pb: 1, color: "text.secondary", maxWidth: "70rem" }}
      >
        {faithfulness ? t("models.maps.how") : t("models.maps.notChecked")}
      </Typography>
      {faithfulness && (
        <>
          <Answers answers={faithfulness.answers} />
          <Box
            sx={{
              display: "grid",
              gridTemplateColumns: { xs: "1fr", md: "1fr 1fr" },
              borderTop: 1,
              borderColor: "divider",
            }}
          >
            <Steps title={t("models.maps.cascade")} how={t("models.maps.cascadeHow")} steps={faithfulness.cascade} />
            <Steps
              title={t("models.maps.stability")}
              how={t("models.maps.stabilityHow")}
              steps={faithfulness.stability}
            />
          </Box>
          <Pictures model={model} />
        </>
      )}
    </Panel>
  );
}

function Answers({ answers }: { answers: readonly Answer[] }) {
  const { t } = useTranslation();
  const words = useModelWords();
  const figures = useFigures();
  const shown = RIVALS.filter((rival) => answers.some(({ rivals }) => rivals.has(rival)));
  return (
    <Scroll label={t("models.maps.title")}>
      <Table>
        <thead>
          <tr>
            <th scope="col">{t("models.maps.column.question")}</th>
            <th scope="col" className="number">
              {t("models.maps.column.own")}
            </th>
            {shown.map((rival) => (
              <th key={rival} scope="col" className="number">
                {t(`models.maps.rival.${rival}`)}
              </th>
            ))}
            <th scope="col">{t("models.maps.column.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {answers.map((answer) => (
            <tr key={`${answer.group}:${answer.measure}`}>
              <th scope="row">
                {words.measure(answer.measure)}
                <Typography variant="caption" component="div" sx={{ color: "text.disabled" }}>
                  {t("models.maps.findings", { count: answer.findings, tier: words.tier(answer.group) })}
                </Typography>
              </th>
              <td className="number">
                <IntervalWords figure={answer.own} />
              </td>
              {shown.map((rival) => {
                const other = answer.rivals.get(rival);
                return (
                  <td key={rival} className="number">
                    <IntervalWords figure={other?.figure} />
                    {other?.difference && (
                      <Typography variant="caption" component="div" sx={{ color: "text.disabled" }}>
                        {t("models.maps.minus", {
                          value: `${figures.fixed(other.difference.value, 2, true)} (${figures.changeRange(other.difference)})`,
                        })}
                      </Typography>
                    )}
                  </td>
                );
              })}
              <td>
                <Verdict answer={answer} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Scroll>
  );
}

function Verdict({ answer }: { answer: Answer }) {
  const { t } = useTranslation();
  if (answer.beatsAll === null) return <span>–</span>;
  const word = answer.beatsAll ? "yes" : answer.beatsRandom ? "onlyRandom" : "no";
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 0.75,
        color: answer.beatsAll ? "success.main" : "ours.present",
      }}
    >
      {answer.beatsAll ? <SignDelivered /> : <SignWarning />}
      {t(`models.maps.verdict.${word}`)}
    </Box>
  );
}

function Steps({ title, how, steps }: { title: string; how: string; steps: readonly Step[] }) {
  if (!steps.length) return null;
  return (
    <Box sx={{ minWidth: 0, py: 1.5 }}>
      <Box component="h3" sx={{ m: 0, px: "20px", typography: "body1", fontWeight: 600 }}>
        {title}
      </Box>
      <Typography component="p" variant="second" sx={{ px: "20px", color: "text.secondary" }}>
        {how}
      </Typography>
      <Table aria-label={title} sx={{ "&& th, && td": { py: "5px" } }}>
        <tbody>
          {steps.map(({ step, figure }) => (
            <tr key={step}>
              <th scope="row" lang="en">
                {step}
              </th>
              <td className="number">
                <IntervalWords figure={figure} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Box>
  );
}

function Pictures({ model }: { model: Model }) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  const pictures = model.pictures.filter((picture) => picture.startsWith("faithfulness"));
  if (!pictures.length) return null;
  return (
    <Box sx={{ px: "20px", py: 2, borderTop: 1, borderColor: "divider" }}>
      <Button aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        {t(isShown ? "models.maps.hidePictures" : "models.maps.pictures")}
      </Button>
      {isShown &&
        pictures.map((picture) => (
          <Box component="figure" key={picture} sx={{ m: 0, mt: 2 }}>
            <Box component="figcaption" sx={{ display: "flex", gap: 2, mb: 1 }}>
              {t(`models.maps.picture.${picture}`)}
              <Link href={pictureAddress(model.digest, picture)} target="_blank" rel="noopener">
                {t("models.maps.full")}
              </Link>
            </Box>
            {/* Its shape is not known before it is here: the frame's is, and nothing moves. */}
            <Box sx={{ height: "34rem", bgcolor: "common.white", borderRadius: 1, overflow: "hidden" }}>
              <Box
                component="img"
                src={pictureAddress(model.digest, picture)}
                alt={t(`models.maps.picture.${picture}`)}
                sx={{ width: "100%", height: "100%", objectFit: "contain", display: "block" }}
              />
            </Box>
          </Box>
        ))}
    </Box>
  );
}
