// Labels of which the model says nothing, and why: silence is no absence.
import { memo, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { CallShape } from "../../findings/CallShape.tsx";
import type { Standings } from "./FindingsPanel.tsx";
import type { Answer } from "./groups.ts";

export const NotAssessed = memo(function NotAssessed({
  answers,
  standings,
}: {
  answers: readonly Answer[];
  standings: Standings;
}) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const names = answers.map(({ label }) => t(`label.${label}`)).join(", ");
  return (
    <Box sx={{ px: "19px", py: 1, typography: "second", color: "text.disabled" }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.25 }}>
        <CallShape label="Fracture" call="not assessed" />
        <Box
          component="span"
          sx={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
        >
          {t("study.findings.notAssessed", { count: answers.length, names })}
        </Box>
        <Button
          variant="text"
          size="small"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          sx={{ color: "primary.main", minHeight: "1.5rem" }}
        >
          {t(isOpen ? "study.findings.hide" : "study.findings.why")}
        </Button>
      </Box>
      {isOpen && (
        <Box sx={{ pl: "24px", pt: 0.5, color: "text.secondary" }}>
          <div>{t("study.findings.notAssessedMeans")}</div>
          <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2 }}>
            {answers.map(({ label }) => (
              <li key={label}>
                {t(`label.${label}`)}
                {/* The model's manifest gives its reasons in English. */}
                {standings.get(label)?.not_assessed_because && (
                  <span lang="en">: {standings.get(label)?.not_assessed_because}</span>
                )}
              </li>
            ))}
          </Box>
        </Box>
      )}
    </Box>
  );
});
