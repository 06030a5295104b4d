// What is wrong with the service itself, in sentences that say what it means.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { SignWarning } from "../shell/icons.tsx";
import { type Trouble, troublesOf } from "./health.ts";
import type { Operations } from "./read.ts";
import { useHeld } from "./useHeld.ts";

export function Troubles({ state, isHeld }: { state: Operations | undefined; isHeld: boolean }) {
  const { t } = useTranslation();
  const words = useTroubleWords();
  const held = useHeld(state, isHeld);
  const troubles = held ? troublesOf(held) : [];
  return (
    <Box role="alert" aria-label={t("operations.trouble.label")}>
      {troubles.length > 0 && (
        <Box component="ul" sx={{ m: 0, mb: 2, p: 0, listStyle: "none", display: "grid", gap: "1px" }}>
          {troubles.map((trouble) => (
            <Box
              component="li"
              key={trouble.kind + (trouble.kind === "failing" ? trouble.name : "")}
              sx={{
                display: "flex",
                gap: 1.25,
                px: 2,
                py: 1.25,
                bgcolor: "background.paper",
                borderLeft: 3,
                borderColor: "error.main",
                overflowWrap: "anywhere",
              }}
            >
              <Box sx={{ color: "error.main", pt: "2px" }}>
                <SignWarning />
              </Box>
              {words(trouble)}
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function useTroubleWords(): (trouble: Trouble) => string {
  const { t } = useTranslation();
  const figures = useFigures();
  return (trouble) => {
    switch (trouble.kind) {
      case "model":
        return t("operations.trouble.model", { detail: trouble.detail });
      case "log":
        return t("operations.trouble.log", { time: figures.past(trouble.seconds) });
      case "slow":
        return t("operations.trouble.slow", { time: figures.past(trouble.seconds) });
      case "failing":
        return t("operations.trouble.failing", { name: trouble.name });
      default:
        return t(`operations.trouble.${trouble.kind}`);
    }
  };
}
