// Has a file made and takes it along: the buttons, that it goes on, how it is stopped, and what came of it.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import type { File } from "../log/download.ts";
import type { State } from "../log/useTaking.ts";
import { SignAnalysing, SignClear, SignDelivered } from "../shell/icons.tsx";

interface Props {
  state: State<File>;
  onStop: () => void;
  words: { running: string; done: string; failed: string };
  /** BusyButtons. */
  children: React.ReactNode;
}

export function TakeFile({ state, onStop, words, children }: Props) {
  const { t } = useTranslation();
  const isRunning = state.is === "running";
  return (
    <>
      <Box sx={{ mt: 1.5, display: "flex", flexWrap: "wrap", gap: 1 }}>
        {children}
        {isRunning && <Button onClick={onStop}>{t("rights.take.stop")}</Button>}
      </Box>
      <Box role="status" sx={{ typography: "second" }}>
        {isRunning && (
          <Line colour="text.secondary" sign={<SignAnalysing />}>
            {words.running}
          </Line>
        )}
        {state.is === "done" && (
          <Line colour="success.main" sign={<SignDelivered />}>
            {words.done}
          </Line>
        )}
        {state.is === "failed" && (
          <Line colour="error.main" sign={<SignClear />}>
            {words.failed}
          </Line>
        )}
      </Box>
    </>
  );
}

function Line({ colour, sign, children }: { colour: string; sign: React.ReactNode; children: React.ReactNode }) {
  return (
    <Box sx={{ mt: 1, display: "flex", gap: 0.75, color: colour, overflowWrap: "anywhere" }}>
      <Box component="span" sx={{ pt: "1px" }}>
        {sign}
      </Box>
      <span>{children}</span>
    </Box>
  );
}
