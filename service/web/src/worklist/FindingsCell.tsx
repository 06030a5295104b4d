// What the model found in a study: the most urgent first, the rest counted; or why there is nothing to say.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { FindingLine } from "../findings/FindingLine.tsx";
import { useFindingWords } from "../findings/useFindingWords.ts";
import { en } from "../words/en.ts";
import type { Layout } from "./columns.ts";
import type { Study } from "./read.ts";

type ReasonCode = keyof (typeof en)["reason"];
const isKnown = (code: string): code is ReasonCode => code in en.reason;

export function FindingsCell({ study, layout }: { study: Study; layout: Layout }) {
  const { t, i18n } = useTranslation();
  const wordsOf = useFindingWords();
  const shown = study.findings.slice(0, layout.findings);
  const others = study.findings.slice(layout.findings);
  if (shown.length) {
    return (
      <Box
        sx={{
          display: "grid",
          gridTemplateColumns: `repeat(${layout.isStacked ? 1 : layout.findings}, minmax(0, 1fr)) 1.75rem`,
          columnGap: "16px",
          alignItems: "center",
          typography: layout.isStacked ? "second" : "body1",
        }}
      >
        {shown.map((finding) => (
          <Box key={finding.label} sx={{ minWidth: 0, gridColumn: layout.isStacked ? 1 : "auto" }}>
            <FindingLine finding={finding} bandPx={layout.bandPx} />
          </Box>
        ))}
        {others.length > 0 && (
          <Box
            sx={{ gridColumn: -2, gridRow: layout.isStacked ? "1 / span 2" : 1, color: "text.disabled" }}
            title={others.map((finding) => wordsOf(finding).spoken).join("\n")}
          >
            <span aria-hidden>+{others.length}</span>
            <Box component="span" sx={visuallyHidden}>
              {t("finding.more", { count: others.length })}:{" "}
              {others.map((finding) => wordsOf(finding).spoken).join("; ")}
            </Box>
          </Box>
        )}
      </Box>
    );
  }
  if (study.reason) {
    const isOurs = isKnown(study.reason_code);
    return (
      <Box
        lang={isOurs || i18n.language === "en" ? undefined : "en"}
        title={study.reason}
        sx={{
          color: study.status === "parked" ? "error.main" : "text.disabled",
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
        }}
      >
        {isKnown(study.reason_code) ? t(`reason.${study.reason_code}`) : study.reason}
      </Box>
    );
  }
  const words = {
    received: t("worklist.waitsForAnalysis"),
    analysing: t("worklist.beingAnalysed"),
    withdrawn: "",
    restricted: t("worklist.restricted"),
    declined: "",
    parked: "",
    reported: t("worklist.noneCalled"),
    delivered: t("worklist.noneCalled"),
  }[study.status];
  return <Box sx={{ color: "text.disabled" }}>{words}</Box>;
}
