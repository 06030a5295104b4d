// Asking another physician: the study waits, visibly, until they answer or the question is withdrawn.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { LONGEST_TEXT } from "./content.ts";

interface Props {
  onAsk: (question: string) => Promise<void>;
  onClose: () => void;
}

export function OpinionDialog({ onAsk, onClose }: Props) {
  const { t } = useTranslation();
  const [question, setQuestion] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [failed, setFailed] = useState(false);
  const ask = async () => {
    setAsking(true);
    setFailed(false);
    try {
      await onAsk(question.trim());
      onClose();
    } catch {
      setFailed(true);
      setAsking(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby="opinion-title"
      aria-describedby="opinion-text"
      maxWidth="sm"
      fullWidth
    >
      <Typography id="opinion-title" variant="h1">
        {t("study.opinion.title")}
      </Typography>
      <Typography id="opinion-text" sx={{ mt: 1, color: "text.secondary" }}>
        {t("study.opinion.text")}
      </Typography>
      <OutlinedInput
        multiline
        minRows={3}
        maxRows={8}
        value={question}
        onChange={({ target }) => setQuestion(target.value)}
        placeholder={t("study.opinion.placeholder")}
        inputProps={{ "aria-label": t("study.opinion.question"), maxLength: LONGEST_TEXT }}
        sx={{ mt: 2, p: "8px 10px", "& textarea": { p: 0, height: "auto" } }}
      />
      {failed && (
        <Typography role="alert" sx={{ mt: 1, color: "error.main" }}>
          {t("study.opinion.failed")}
        </Typography>
      )}
      <Box sx={{ mt: 3, display: "flex", gap: 1 }}>
        <Button variant="contained" disabled={isAsking} onClick={() => void ask()}>
          {t("study.opinion.ask")}
        </Button>
        <Button variant="text" onClick={onClose}>
          {t("study.cancel")}
        </Button>
      </Box>
    </Dialog>
  );
}
