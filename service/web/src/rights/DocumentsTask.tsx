// An officer's documents (GDPR Art. 14, 30, 35), each in the language that it is needed in.
import { useState } from "react";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useTaking } from "../log/useTaking.ts";
import { SignDown } from "../shell/icons.tsx";
import { BusyButton } from "./BusyButton.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { type DocumentName, type Language, writeDocument } from "./read.ts";
import { TakeFile } from "./TakeFile.tsx";

const DOCUMENTS: readonly (readonly [DocumentName, readonly ("pdf" | "json")[]])[] = [
  ["notice", ["pdf"]],
  ["record", ["pdf", "json"]],
  ["assessment", ["pdf"]],
];

export function DocumentsTask() {
  const { t, i18n } = useTranslation();
  const [language, setLanguage] = useState<Language>(i18n.language === "pl" ? "pl" : "en");
  return (
    <Box sx={{ mt: 3 }}>
      <LanguageChoice label={t("rights.document.language")} value={language} onChange={setLanguage} />
      <Box component="ul" sx={{ listStyle: "none", m: 0, mt: 2.5, p: 0, display: "grid", gap: 1.5 }}>
        {DOCUMENTS.map(([name, forms]) => (
          <li key={name}>
            <Document name={name} forms={forms} language={language} />
          </li>
        ))}
      </Box>
    </Box>
  );
}

interface Props {
  name: DocumentName;
  forms: readonly ("pdf" | "json")[];
  language: Language;
}

function Document({ name, forms, language }: Props) {
  const { t } = useTranslation();
  const { state, take, stop } = useTaking();
  return (
    <Box sx={{ p: 2, border: 1, borderColor: "divider", borderRadius: "6px", bgcolor: "background.paper" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 1.25 }}>
        <Typography variant="h2">{t(`rights.document.${name}`)}</Typography>
        <Typography variant="second" component="span" sx={{ color: "text.disabled" }}>
          {t(`rights.document.${name}Law`)}
        </Typography>
      </Box>
      <Box component="p" sx={{ m: 0, mt: 0.5, color: "text.secondary" }}>
        {t(`rights.document.${name}Text`)}
      </Box>
      <TakeFile
        state={state}
        onStop={stop}
        words={{
          running: t("rights.document.running"),
          done: state.is === "done" ? t("rights.document.done", { name: state.file.name }) : "",
          failed: t("rights.document.failed"),
        }}
      >
        {forms.map((form) => (
          <BusyButton
            key={form}
            isBusy={state.is === "running"}
            startIcon={<SignDown />}
            aria-label={`${t(`rights.document.${name}`)}: ${t(`rights.document.${form}`)}`}
            onClick={() => take((signal) => writeDocument(name, language, form, signal))}
          >
            {t(`rights.document.${form}`)}
          </BusyButton>
        ))}
      </TakeFile>
    </Box>
  );
}
