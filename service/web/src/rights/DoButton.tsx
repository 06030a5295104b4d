// Does something once that changes what is held, and says what came of it, in the service's own words where it refused.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { ProblemError } from "../api/problem.ts";
import { SignClear, SignDelivered } from "../shell/icons.tsx";
import { BusyButton } from "./BusyButton.tsx";

type State =
  { is: "idle" | "running" } | { is: "done"; told: string } | { is: "failed"; why: string; isUnchanged: boolean };

/** The service refused before it did anything. */
const REFUSED = [404, 409, 422];

interface Props {
  word: string;
  running: string;
  /** Waits for a word of the person's before it may be done. */
  isReady?: boolean;
  /** What is said where the service did not refuse; as a rule that nothing was changed. */
  failed?: string;
  /** Returns what was done, in words. */
  act: () => Promise<string>;
}

export function DoButton({ word, running, isReady = true, failed, act }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ is: "idle" });
  const run = async () => {
    setState({ is: "running" });
    try {
      setState({ is: "done", told: await act() });
    } catch (error) {
      const isRefused = error instanceof ProblemError && REFUSED.includes(error.status);
      setState({ is: "failed", why: isRefused ? error.message : "", isUnchanged: isRefused });
    }
  };
  return (
    <>
      <Box sx={{ mt: 1.5 }}>
        <BusyButton
          variant="contained"
          isBusy={!isReady || state.is === "running" || state.is === "done"}
          onClick={() => void run()}
        >
          {word}
        </BusyButton>
      </Box>
      <Box role="status" sx={{ typography: "second" }}>
        {state.is === "running" && <Box sx={{ mt: 1, color: "text.secondary" }}>{running}</Box>}
        {state.is === "done" && (
          <Box sx={{ mt: 1, display: "flex", gap: 0.75, color: "success.main" }}>
            <SignDelivered />
            {state.told}
          </Box>
        )}
      </Box>
      <Box role="alert" sx={{ typography: "second", color: "error.main" }}>
        {state.is === "failed" && (
          <Box sx={{ mt: 1, display: "flex", gap: 0.75 }}>
            <SignClear />
            <span>
              {state.isUnchanged ? t("rights.stop.failed") : (failed ?? t("rights.stop.failed"))}{" "}
              <span lang="en">{state.why}</span>
            </span>
          </Box>
        )}
      </Box>
    </>
  );
}
