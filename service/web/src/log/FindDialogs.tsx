// Two ways to one: a patient by Patient ID, which becomes a pseudonym at once; a person by the sign that the log has for them.
import { useEffect, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { isStatus } from "../api/problem.ts";
import { SignClear } from "../shell/icons.tsx";
import { findPseudonym } from "./read.ts";

interface Props {
  onFound: (found: string) => void;
  onClose: () => void;
}

/** `onFound` hears the pseudonym. */
export function FindPatient({ onFound, onClose }: Props) {
  const { t } = useTranslation();
  const [patientId, setPatientId] = useState("");
  const [issuer, setIssuer] = useState("");
  const [wrong, setWrong] = useState<"missing" | "refused" | "failed" | "unknown" | null>(null);
  const [isAsking, setAsking] = useState(false);
  const find = async () => {
    if (!patientId.trim()) {
      setWrong("missing");
      return;
    }
    setAsking(true);
    setWrong(null);
    try {
      const patient = await findPseudonym(issuer, patientId);
      if (patient !== null) {
        onFound(patient);
        return;
      }
      setWrong("unknown");
    } catch (error) {
      setWrong(isStatus(error, 422) ? "refused" : "failed");
    }
    setAsking(false);
  };
  return (
    <Asking
      title={t("log.find.title")}
      text={t("log.find.text")}
      button={t("log.find.button")}
      wrong={wrong && t(`log.find.${wrong}`)}
      isAnswer={wrong === "unknown"}
      isBusy={isAsking}
      onSubmit={() => void find()}
      onClose={onClose}
    >
      <Field
        id="find-patient"
        word={t("log.find.patientId")}
        value={patientId}
        onChange={setPatientId}
        isWrong={wrong === "missing" || wrong === "refused"}
        isFirst
      />
      <Field
        id="find-issuer"
        word={t("log.find.issuer")}
        more={t("log.find.optional")}
        value={issuer}
        onChange={setIssuer}
        isWrong={false}
      />
    </Asking>
  );
}

/** `onFound` hears the sign that was typed. */
export function FindPerson({ onFound, onClose }: Props) {
  const { t } = useTranslation();
  const [id, setId] = useState("");
  const [isMissing, setMissing] = useState(false);
  return (
    <Asking
      title={t("log.person.title")}
      text={t("log.person.text")}
      button={t("log.person.button")}
      wrong={isMissing ? t("log.person.missing") : null}
      isBusy={false}
      onSubmit={() => {
        if (id.trim()) onFound(id.trim());
        else setMissing(true);
      }}
      onClose={onClose}
    >
      <Field id="find-person" word={t("log.person.id")} value={id} onChange={setId} isWrong={isMissing} isFirst />
    </Asking>
  );
}

interface AskingProps {
  title: string;
  text: string;
  button: string;
  wrong: string | null;
  /** What is said is an answer, and nothing went wrong. */
  isAnswer?: boolean;
  isBusy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: React.ReactNode;
}

function Asking({ title, text, button, wrong, isAnswer = false, isBusy, onSubmit, onClose, children }: AskingProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="asking-title"
      aria-describedby="asking-text"
    >
      <Box
        component="form"
        noValidate
        autoComplete="off"
        onSubmit={(event: React.SyntheticEvent) => {
          event.preventDefault();
          if (!isBusy) onSubmit();
        }}
      >
        <Typography id="asking-title" variant="h1">
          {title}
        </Typography>
        <Typography id="asking-text" sx={{ mt: 1, mb: 2, color: "text.secondary" }}>
          {text}
        </Typography>
        <Box sx={{ display: "grid", gap: 1.5 }}>{children}</Box>
        <Box
          id="asking-wrong"
          role="alert"
          sx={{
            mt: 0.75,
            minHeight: "1.25rem",
            display: "flex",
            gap: 0.5,
            typography: "second",
            color: isAnswer ? "text.primary" : "error.main",
          }}
        >
          {wrong && (
            <>
              {!isAnswer && <SignClear />}
              {wrong}
            </>
          )}
        </Box>
        <Box sx={{ mt: 1.5, display: "flex", gap: 1 }}>
          <Button type="submit" variant="contained" disabled={isBusy}>
            {button}
          </Button>
          <Button variant="text" onClick={onClose}>
            {t("log.cancel")}
          </Button>
        </Box>
      </Box>
    </Dialog>
  );
}

interface FieldProps {
  id: string;
  word: string;
  more?: string;
  value: string;
  isWrong: boolean;
  isFirst?: boolean;
  onChange: (value: string) => void;
}

function Field({ id, word, more, value, isWrong, isFirst = false, onChange }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);
  return (
    <div>
      <Box component="label" htmlFor={id} sx={{ display: "block", typography: "h3", color: "text.secondary", mb: 0.5 }}>
        {word}{" "}
        {more && (
          <Box component="span" sx={{ fontWeight: 400, color: "text.disabled" }}>
            {more}
          </Box>
        )}
      </Box>
      <OutlinedInput
        fullWidth
        id={id}
        value={value}
        error={isWrong}
        inputRef={input}
        onChange={(event) => onChange(event.target.value)}
        // What is typed names people: no browser keeps it, corrects it, or sends it anywhere to be checked.
        slotProps={{
          input: {
            autoComplete: "off",
            spellCheck: false,
            dir: "auto",
            "aria-describedby": isWrong ? "asking-wrong" : undefined,
          },
        }}
      />
    </div>
  );
}
