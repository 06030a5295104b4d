// Finds by what the log calls a patient or a study, or by a Study Instance UID, for which the log is asked by its names.
import { useState } from "react";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import Tooltip from "@mui/material/Tooltip";
import { useTranslation } from "react-i18next";

import { SignClear, SignSearch } from "../shell/icons.tsx";
import { findStudyNames } from "./read.ts";
import { isUid, PSEUDONYM, STUDY_NAME, type Wanted } from "./wanted.ts";

interface Props {
  wanted: Wanted;
  onWanted: (wanted: Wanted) => void;
  inputRef: React.Ref<HTMLInputElement>;
}

/** Anything but a pseudonym or a UID, a Patient ID above all, goes nowhere; a UID travels as a body, and into no address. */
export function FindField({ wanted, onWanted, inputRef }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState<"findWrong" | "findFailed" | null>(null);
  const [isAsking, setAsking] = useState(false);
  const word = t("log.filter.find");
  const askFor = async (uid: string) => {
    setAsking(true);
    try {
      const studies = await findStudyNames(uid);
      setTyped("");
      onWanted({ ...wanted, studies, before: null });
    } catch {
      setWrong("findFailed");
    }
    setAsking(false);
  };
  const submit = () => {
    const text = typed.trim();
    if (!text || isAsking) return;
    if (isUid(text)) {
      void askFor(text);
      return;
    }
    const [isPatient, isStudy] = [PSEUDONYM.test(text), STUDY_NAME.test(text)];
    if (!isPatient && !isStudy) {
      setWrong("findWrong");
      return;
    }
    setTyped("");
    onWanted({ ...wanted, ...(isPatient ? { patient: text } : { studies: [text] }) });
  };
  return (
    <Tooltip open={wrong !== null} title={<span id="find-wrong">{wrong && t(`log.filter.${wrong}`)}</span>}>
      <Box
        component="form"
        role="search"
        aria-busy={isAsking}
        onSubmit={(event: React.SyntheticEvent) => {
          event.preventDefault();
          submit();
        }}
        sx={{ flex: "1 1 11rem", minWidth: "9rem", maxWidth: "17rem" }}
      >
        <OutlinedInput
          fullWidth
          value={typed}
          placeholder={word}
          inputRef={inputRef}
          error={wrong !== null}
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(null);
          }}
          slotProps={{
            input: {
              "aria-label": word,
              "aria-describedby": wrong ? "find-wrong" : undefined,
              "aria-invalid": wrong === "findWrong",
              autoComplete: "off",
              spellCheck: false,
              maxLength: 64,
              "aria-keyshortcuts": "/",
            },
          }}
          startAdornment={
            <InputAdornment position="start" sx={{ color: "text.disabled", mr: 0 }}>
              <SignSearch />
            </InputAdornment>
          }
          endAdornment={
            typed ? (
              <IconButton
                aria-label={t("log.filter.clear")}
                onClick={() => {
                  setTyped("");
                  setWrong(null);
                }}
                sx={{ width: "1.5rem", height: "1.5rem", mr: -0.75 }}
              >
                <SignClear />
              </IconButton>
            ) : undefined
          }
          sx={{ px: 1.25 }}
        />
      </Box>
    </Tooltip>
  );
}
