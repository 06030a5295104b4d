// What the model says, in the order in which a physician reads it; one answer is open, with its numbers in words.
import { useMemo } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Call, Label } from "../../findings/call.ts";
import { CallShape } from "../../findings/CallShape.tsx";
import type { Schemas } from "../../api/client.ts";
import type { EarlierStudy, ImageEvidence } from "../read.ts";
import { Earlier } from "./Earlier.tsx";
import { type Elsewhere, FindingDetail } from "./FindingDetail.tsx";
import { BAND_PX, FindingRow } from "./FindingRow.tsx";
import { type Answer, grouped } from "./groups.ts";
import { NotAssessed } from "./NotAssessed.tsx";

export type Standings = ReadonlyMap<Label, Schemas["LabelStanding"]>;

interface Props {
  answers: readonly Answer[];
  /** How far the model can be trusted on each label; empty: not known (any more). */
  standings: Standings;
  evidence: ImageEvidence | undefined;
  status: Schemas["ReportStatus"];
  /** The study is here, and the model has said nothing of it yet. */
  isWaiting: boolean;
  label: Label | null;
  onLabel: (label: Label) => void;
  elsewhere: Elsewhere | null;
  withExploratory: boolean;
  onExploratory: (on: boolean) => void;
  onWhy: (label: Label) => void;
  earlier: readonly EarlierStudy[] | undefined;
  digest: string | null;
}

export function FindingsPanel(props: Props) {
  const {
    answers,
    standings,
    evidence,
    status,
    isWaiting,
    label,
    onLabel,
    elsewhere,
    withExploratory,
    onExploratory,
    onWhy,
    earlier,
    digest,
  } = props;
  const { t } = useTranslation();
  const groups = useMemo(() => grouped(answers), [answers]);
  const answer = answers.find((one) => one.label === label) ?? null;
  const map = evidence?.maps.find((one) => one.label === label) ?? null;
  const numbers = useMemo(() => new Map(evidence?.maps.map((one) => [one.label, one.probability])), [evidence]);
  const exploratory = useMemo(
    () =>
      groups.exploratory
        .map((one) => ({ ...one, probability: numbers.get(one.label) ?? null }))
        .sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0)),
    [groups, numbers],
  );
  const rows = (call: Call, shown: readonly Answer[]) => (
    <Box component="ul" aria-label={t(`study.group.${call}`)} sx={{ listStyle: "none", m: 0, p: 0 }}>
      {shown.map((one) => (
        <li key={one.label}>
          <FindingRow
            finding={one}
            band={standings.get(one.label)?.indeterminate ?? null}
            isChosen={one.label === label}
            onChoose={onLabel}
          />
        </li>
      ))}
    </Box>
  );

  return (
    <Box
      component="section"
      aria-labelledby="findings-title"
      sx={{ flex: "1 1 0", minHeight: "9rem", overflowY: "auto" }}
    >
      <Box sx={{ display: "flex", alignItems: "baseline", gap: 1.25, px: "19px", pt: 1.5, pb: 0.25 }}>
        <Typography id="findings-title" variant="h2" sx={{ flex: 1 }}>
          {t("study.findings.title")}
        </Typography>
        <Typography variant="caption" sx={{ color: "text.disabled" }}>
          {t(`study.report.${status}`)}
        </Typography>
      </Box>
      {isWaiting && (
        <Typography role="status" variant="second" sx={{ px: "19px", py: 1, color: "text.secondary" }}>
          {t("study.findings.nothingYet")}
        </Typography>
      )}
      {answers.length > 0 && <Heads />}
      {(["present", "indeterminate", "absent"] as const).map(
        (call) =>
          groups[call].length > 0 && (
            <Box key={call}>
              <GroupTitle>{t(`study.group.${call}`)}</GroupTitle>
              {rows(call, groups[call])}
            </Box>
          ),
      )}
      {answers.length > 0 && groups.present.length === 0 && (
        <Typography variant="second" sx={{ px: "19px", pt: 1, color: "text.secondary" }}>
          {t("study.findings.noneCalled")}
        </Typography>
      )}
      {answer && answer.call !== "not assessed" && (
        <FindingDetail
          answer={
            answer.call === "exploratory" ? { ...answer, probability: numbers.get(answer.label) ?? null } : answer
          }
          band={standings.get(answer.label)?.indeterminate ?? null}
          map={map}
          cellMm={evidence?.cell_mm ?? null}
          elsewhere={elsewhere}
          onWhy={() => onWhy(answer.label)}
        />
      )}
      {exploratory.length > 0 && (
        <>
          <Rest call="exploratory">
            {t("study.findings.exploratory", { count: exploratory.length })}
            <Button
              variant="text"
              size="small"
              aria-expanded={withExploratory}
              onClick={() => onExploratory(!withExploratory)}
              sx={{ ml: "auto", color: "primary.main", minHeight: "1.5rem" }}
            >
              {t(withExploratory ? "study.findings.hide" : "study.findings.show")}
            </Button>
          </Rest>
          {withExploratory && rows("exploratory", exploratory)}
        </>
      )}
      {groups["not assessed"].length > 0 && <NotAssessed answers={groups["not assessed"]} standings={standings} />}
      {earlier && earlier.length > 0 && answer && <Earlier earlier={earlier} answer={answer} digest={digest} />}
    </Box>
  );
}

function GroupTitle({ children }: { children: React.ReactNode }) {
  return (
    <Typography
      variant="h3"
      sx={{
        px: "19px",
        pt: 1.25,
        pb: 0.5,
        color: "text.disabled",
        "@media (max-height: 850px)": { pt: 0.5, pb: 0.25 },
      }}
    >
      {children}
    </Typography>
  );
}

/** What the ends of the rails are. */
function Heads() {
  const { t } = useTranslation();
  return (
    <Box
      aria-hidden
      sx={{ display: "flex", justifyContent: "flex-end", px: "19px", typography: "caption", color: "text.disabled" }}
    >
      <Box sx={{ width: BAND_PX, display: "flex", justifyContent: "space-between", mr: "calc(10px + 2.5rem)" }}>
        <span>0</span>
        <span>{t("study.findings.threshold")}</span>
        <span>1</span>
      </Box>
    </Box>
  );
}

export function Rest({ call, children }: { call: Call; children: React.ReactNode }) {
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.25,
        px: "19px",
        pt: 1,
        typography: "second",
        color: "text.secondary",
      }}
    >
      <CallShape label="Fracture" call={call} />
      {children}
    </Box>
  );
}
