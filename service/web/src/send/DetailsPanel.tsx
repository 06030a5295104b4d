// Whose a picture is: asked for where a file cannot say it, for one picture or for all that wait, and read back before it goes.
import { useImperativeHandle, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { readableName } from "../worklist/person.ts";
import { useTimes } from "../worklist/useTimes.ts";
import { type Details, type Field, mistakesIn, type Mistakes, nameOf, NOTHING } from "./details.ts";
import { DateField, PlainField, SexField, ViewField } from "./DetailsFields.tsx";
import type { Item } from "./item.ts";
import { keepDetails, keptDetails } from "./keptDetails.ts";
import { batch } from "./theBatch.ts";
import { today } from "./today.ts";

export interface PanelHandle {
  /** Asks for the details of one picture. */
  fillIn: (id: number) => void;
}

interface Props {
  handle: React.Ref<PanelHandle>;
  items: readonly Item[];
}

const ORDER: readonly Field[] = ["patientId", "family", "given", "birthDate", "sex", "view", "accessionNumber"];

export function DetailsPanel({ handle, items }: Props) {
  const { t, i18n } = useTranslation();
  const [details, setDetails] = useState<Details>(keptDetails);
  const [only, setOnly] = useState<number | null>(null);
  const [hasTried, setTried] = useState(false);
  const times = useTimes(0);
  const form = useRef<HTMLFormElement>(null);
  const waiting = items.filter(({ state }) => state.kind === "details");
  const chosen = waiting.find(({ id }) => id === only) ?? null;
  const goes = chosen ? [chosen] : waiting;
  const told = goes.map(({ state }) => (state.kind === "details" ? state.mistakes : null)).find(Boolean);
  const mistakes: Mistakes = { ...told, ...(hasTried ? mistakesIn(details, today()) : {}) };
  const isReused = waiting.length > 0 && details.patientId !== "" && items.some((item) => item.details === details);
  const formatted = new Intl.NumberFormat(i18n.language).format(goes.length);

  const focusOn = (field: Field) => form.current?.querySelector<HTMLElement>(`[name="${field}"]`)?.focus();
  useImperativeHandle(handle, () => ({
    fillIn: (id) => {
      setOnly(id);
      focusOn("patientId");
    },
  }));
  const change = (part: Partial<Details>) => {
    const next = { ...details, ...part };
    keepDetails(next);
    setDetails(next);
  };
  const submit = () => {
    const wrong = mistakesIn(details, today());
    setTried(true);
    const first = ORDER.find((field) => wrong[field]);
    if (first) focusOn(first);
    else if (goes.length) {
      setTried(false);
      setOnly(null);
      batch.describe(
        goes.map(({ id }) => id),
        details,
      );
    }
  };
  const fieldOf = (name: "patientId" | "family" | "given" | "accessionNumber") => ({
    name,
    word: t(`send.panel.${name}`),
    value: details[name],
    broken: mistakes[name],
    onChange: (value: string) => change({ [name]: value }),
  });

  return (
    <Box
      component="form"
      ref={form}
      noValidate
      autoComplete="off"
      aria-labelledby="details-title"
      onSubmit={(event: React.SyntheticEvent) => {
        event.preventDefault();
        submit();
      }}
      sx={{
        alignSelf: "start",
        maxHeight: "100%",
        overflow: "auto",
        bgcolor: "background.paper",
        border: 1,
        borderColor: "divider",
        borderRadius: 1.5,
        p: 2.5,
        pt: 2,
        display: "grid",
        gap: 1.25,
      }}
    >
      <div>
        <Typography variant="h2" id="details-title">
          {t("send.panel.title")}
        </Typography>
        <Typography variant="second" component="p" sx={{ m: 0, color: "text.secondary" }}>
          {t("send.panel.text")}
        </Typography>
      </div>
      <PlainField {...fieldOf("patientId")} isRequired />
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1.5 }}>
        <PlainField {...fieldOf("family")} />
        <PlainField {...fieldOf("given")} />
      </Box>
      <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr", gap: 1.5 }}>
        <DateField
          value={details.birthDate}
          broken={mistakes.birthDate}
          onChange={(birthDate) => change({ birthDate })}
        />
        <SexField value={details.sex} onChange={(sex) => change({ sex })} />
      </Box>
      <ViewField value={details.view} onChange={(view) => change({ view })} />
      <PlainField {...fieldOf("accessionNumber")} isOptional />
      <Box
        sx={{
          borderTop: 1,
          borderColor: "divider",
          pt: 1.25,
          minHeight: "8.5rem",
          display: "grid",
          alignContent: "start",
          gap: 1,
        }}
      >
        {waiting.length > 1 ? (
          <RadioGroup
            aria-label={t("send.panel.for")}
            value={chosen ? "only" : "all"}
            onChange={(_, value) => setOnly(value === "all" ? null : (waiting[0]?.id ?? null))}
            sx={{
              "& .MuiFormControlLabel-root": { minWidth: 0, mr: 0, alignItems: "center" },
              "& .MuiRadio-root": { p: "4px 9px" },
            }}
          >
            <FormControlLabel
              value="all"
              control={<Radio size="small" />}
              label={t("send.panel.all", {
                count: waiting.length,
                formatted: new Intl.NumberFormat(i18n.language).format(waiting.length),
              })}
            />
            <FormControlLabel
              value="only"
              control={<Radio size="small" />}
              disableTypography
              label={
                <Box component="span" sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
                  {t("send.panel.only", { name: (chosen ?? waiting[0])?.file.name ?? "" })}
                </Box>
              }
            />
          </RadioGroup>
        ) : null}
        <Typography variant="second" component="p" sx={{ m: 0, color: "text.secondary" }}>
          {t("send.panel.into")}{" "}
          <Box component="strong" dir="auto" sx={{ fontWeight: 600, color: "text.primary", overflowWrap: "anywhere" }}>
            {whose(details, times.date) || t("send.panel.nobody")}
          </Box>
        </Typography>
        <Typography
          variant="second"
          component="p"
          sx={{
            m: 0,
            pl: 1.5,
            borderLeft: 3,
            borderColor: isReused ? "ours.present" : "ours.edge",
            color: isReused ? "text.primary" : "text.secondary",
          }}
        >
          {t(isReused ? "send.panel.usedBefore" : "send.panel.rightPerson")}
        </Typography>
        <Box sx={{ display: "flex", gap: 1, flexWrap: "wrap" }}>
          <Button type="submit" variant="contained" disabled={!goes.length}>
            {goes.length ? t("send.panel.send", { count: goes.length, formatted }) : t("send.panel.none")}
          </Button>
          <Button
            variant="text"
            onClick={() => {
              keepDetails(NOTHING);
              setDetails(NOTHING);
              setTried(false);
              focusOn("patientId");
            }}
          >
            {t("send.panel.clear")}
          </Button>
        </Box>
      </Box>
    </Box>
  );
}

function whose(details: Details, dateOf: (day: string) => string): string {
  const born = details.birthDate && dateOf(details.birthDate);
  return [details.patientId.trim(), readableName(nameOf(details)), born].filter(Boolean).join(" · ");
}
