// Does something once that changes what is held, and says what came of it, in the service's own words where it refused.
import { useState } from "react";
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { isStatus } from "../api/problem.ts";
import { SignClear, SignDelivered } from "../shell/icons.tsx";
import { BusyButton } from "./BusyButton.tsx";

type State = { is: "idle" | "running" } | { is: "done"; told: string } | { is: "failed"; why: string };

interface Props {
  word: string;
  running: string;
  /** Waits for a word of the person's before it may be done. */
  isReady?: boolean;
  /** What is said where the service gave no reason; as a rule that nothing was changed. */
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
      setState({ is: "failed", why: isStatus(error, 409) ? error.message : "" });
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
              {state.why ? t("rights.stop.failed") : (failed ?? t("rights.stop.failed"))}{" "}
              <span lang="en">{state.why}</span>
            </span>
          </Box>
        )}
      </Box>
    </>
  );
}
