// What is wrong, and what is right instead: each with the form that DICOM has for it. What is held now is not shown.
import { useEffect, useId, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import { useTranslation } from "react-i18next";

import { isStatus } from "../api/problem.ts";
import { BusyButton } from "./BusyButton.tsx";
import { Decision } from "./Decision.tsx";
import {
  type Attribute,
  ATTRIBUTES,
  type Correction,
  type Preview,
  previewCorrection,
  UnfitError,
  type Values,
  without,
} from "./rectification.ts";
import { TextField, Wrong } from "./TextField.tsx";

const SEXES = ["F", "M", "O"] as const;

interface Props {
  correction: Correction;
  /** An accession number is that of one study. */
  isOneStudy: boolean;
  onValues: (values: Values) => void;
  /** Hears what was asked last, and only while nothing was changed since. */
  onForeseen: (preview: Preview) => void;
}

export function RightStep({ correction, isOneStudy, onValues, onForeseen }: Props) {
  const { t } = useTranslation();
  const { values } = correction;
  const [unfit, setUnfit] = useState<readonly Attribute[]>([]);
  const [wrong, setWrong] = useState<{ said: string; lang?: "en" } | null>(null);
  const [isAsking, setAsking] = useState(false);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);
  const ask = async () => {
    setUnfit([]);
    setWrong(null);
    if (Object.keys(values).length === 0) {
      setWrong({ said: t("rights.correction.right.missing") });
      return;
    }
    const mine = new AbortController();
    asking.current = mine;
    setAsking(true);
    try {
      const preview = await previewCorrection(correction, mine.signal);
      if (!mine.signal.aborted) onForeseen(preview);
      return;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof UnfitError) setUnfit(error.attributes);
      else if (isStatus(error, 409)) setWrong({ said: error.message, lang: "en" });
      else setWrong({ said: t("rights.correction.right.failed") });
    }
    setAsking(false);
  };
  const say = (one: Attribute, value: string | null) => {
    // What is on its way would answer for values that are no longer these.
    asking.current?.abort();
    setAsking(false);
    onValues(value === null ? without(values, one) : { ...values, [one]: value });
    setUnfit(unfit.filter((other) => other !== one));
    setWrong(null);
  };
  return (
    <Box
      component="form"
      noValidate
      autoComplete="off"
      onSubmit={(event: React.SyntheticEvent) => {
        event.preventDefault();
        if (!isAsking) void ask();
      }}
    >
      <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
        {t("rights.correction.right.text")}
      </Box>
      <Box role="group" aria-label={t("rights.correction.right.label")} sx={{ mt: 1, display: "grid", gap: 0.5 }}>
        {ATTRIBUTES.map((one) => (
          <Right
            key={one}
            attribute={one}
            value={values[one]}
            isOff={one === "accession" && !isOneStudy}
            isUnfit={unfit.includes(one)}
            isFirst={unfit[0] === one}
            onSay={(value) => say(one, value)}
          />
        ))}
      </Box>
      <Box component="p" sx={{ m: 0, mt: 1.5, color: "text.secondary" }}>
        {t("rights.correction.right.findings")}
      </Box>
      <Wrong>{wrong && <span lang={wrong.lang}>{wrong.said}</span>}</Wrong>
      <Box sx={{ mt: 1.5, display: "flex", alignItems: "center", gap: 1.5 }}>
        <BusyButton type="submit" variant="contained" isBusy={isAsking}>
          {t("rights.goOn")}
        </BusyButton>
        <Box role="status" sx={{ typography: "second", color: "text.secondary" }}>
          {isAsking && t("rights.correction.right.asking")}
        </Box>
      </Box>
    </Box>
  );
}

interface RightProps {
  attribute: Attribute;
  /** undefined: it is not wrong. */
  value: string | undefined;
  isOff: boolean;
  isUnfit: boolean;
  isFirst: boolean;
  /** Hears what is right; null: it is not wrong. */
  onSay: (value: string | null) => void;
}

function Right({ attribute, value, isOff, isUnfit, isFirst, onSay }: RightProps) {
  const { t } = useTranslation();
  const id = useId();
  const form = t(`rights.correction.${attribute}.form`);
  const wrong = isUnfit ? t("rights.correction.right.unfit", { form }) : null;
  const field = {
    id: `right-${attribute}`,
    word: t(`rights.correction.${attribute}.right`),
    more: form,
    value: value ?? "",
    wrong,
    isFirst,
    onChange: onSay,
  };
  return (
    <div>
      <FormControlLabel
        control={
          <Checkbox
            size="small"
            checked={value !== undefined}
            disabled={isOff}
            onChange={(_, on) => onSay(on ? "" : null)}
            slotProps={{ input: { "aria-describedby": isOff ? `${id}off` : undefined } }}
            sx={{ p: 0.5, mr: 0.5 }}
          />
        }
        label={t(`rights.correction.${attribute}.word`)}
        sx={{ ml: "-4px" }}
      />
      {isOff && (
        <Box id={`${id}off`} sx={{ ml: "1.625rem", typography: "second", color: "text.secondary" }}>
          {t("rights.correction.right.oneStudy")}
        </Box>
      )}
      {value !== undefined && (
        <Box sx={{ ml: "1.625rem", mb: 1, maxWidth: attribute === "birth_date" ? "22rem" : "30rem" }}>
          {attribute === "sex" ? (
            <>
              <Decision
                label={field.word}
                value={value}
                ways={SEXES.map((one) => ({ value: one, word: t(`rights.correction.sex.${one}`) }))}
                onChange={onSay}
              />
              <Wrong>{wrong}</Wrong>
            </>
          ) : (
            <TextField {...field} type={attribute === "birth_date" ? "date" : "text"} />
          )}
        </Box>
      )}
    </div>
  );
}
