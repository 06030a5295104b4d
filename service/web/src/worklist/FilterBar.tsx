// What is wanted of the worklist: a search, a status, a finding; and how the list is doing.
import { useEffect, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import MenuItem from "@mui/material/MenuItem";
import OutlinedInput from "@mui/material/OutlinedInput";
import Select from "@mui/material/Select";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { type Label, LABELS } from "../findings/call.ts";
import { SignChosen, SignClear, SignMore, SignSearch, SignUp } from "../shell/icons.tsx";
import { Key } from "../shell/Key.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { localeOf } from "../words/words.ts";
import { type Filter, STATUSES, type StudyStatus } from "./filter.ts";
import type { Worklist } from "./useWorklist.ts";

const TYPED_MS = 250;

interface Props {
  filter: Filter;
  text: string;
  worklist: Worklist;
  searchRef: React.Ref<HTMLInputElement>;
  onFilter: (filter: Filter) => void;
  onText: (text: string) => void;
  onLeaveSearch: () => void;
  onNewest: () => void;
}

export function FilterBar({ filter, text, worklist, searchRef, onFilter, onText, onLeaveSearch, onNewest }: Props) {
  const { t, i18n } = useTranslation();
  const { total, news, live } = worklist;
  return (
    <Box
      component="search"
      sx={{ height: "3.5rem", flex: "none", display: "flex", alignItems: "center", gap: 1.25, px: `${GUTTER_PX}px` }}
    >
      <Typography variant="h1" sx={{ mr: 1.75 }}>
        {t("worklist.title")}
      </Typography>
      <Search text={text} inputRef={searchRef} onText={onText} onLeave={onLeaveSearch} />
      <Choice
        word={t("worklist.status")}
        value={filter.status}
        options={STATUSES.map((status) => ({ value: status, word: t(`status.${status}`) }))}
        none={t("worklist.all")}
        onChange={(status) => onFilter({ ...filter, status })}
      />
      <OneChoice
        word={t("worklist.finding")}
        value={filter.finding}
        none={t("worklist.any")}
        onChange={(finding) => onFilter({ ...filter, finding })}
      />
      <Box sx={{ flex: 1 }} />
      <Box role="status" sx={{ display: "flex" }}>
        {news > 0 && (
          <Button
            variant="contained"
            startIcon={<SignUp />}
            onClick={onNewest}
            sx={{ borderRadius: 4, minHeight: "1.75rem", px: 1.75 }}
          >
            {t("worklist.new", { count: news })}
          </Button>
        )}
      </Box>
      <Tooltip title={t(live ? "worklist.liveHelp" : "worklist.notLiveHelp")}>
        <Box
          sx={{
            display: "flex",
            alignItems: "center",
            gap: 0.75,
            mx: 0.75,
            typography: "second",
            whiteSpace: "nowrap",
            color: "text.disabled",
          }}
        >
          <Box
            component="span"
            sx={{
              width: 8,
              height: 8,
              borderRadius: live ? "50%" : 0,
              border: 1,
              borderColor: live ? "success.main" : "ours.present",
              bgcolor: live ? "success.main" : "transparent",
            }}
          />
          {t(live ? "worklist.live" : "worklist.notLive")}
        </Box>
      </Tooltip>
      <Box role="status" sx={{ typography: "second", color: "text.secondary", whiteSpace: "nowrap" }}>
        {total === null ? (
          <Box component="span" sx={visuallyHidden}>
            {t("loading")}
          </Box>
        ) : (
          t("worklist.studies", { count: total, formatted: total.toLocaleString(localeOf(i18n.language)) })
        )}
      </Box>
    </Box>
  );
}

interface SearchProps {
  text: string;
  inputRef: React.Ref<HTMLInputElement>;
  onText: (text: string) => void;
  onLeave: () => void;
}

function Search({ text, inputRef, onText, onLeave }: SearchProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const [before, setBefore] = useState(text);
  if (text !== before) {
    setBefore(text);
    setTyped(text);
  }
  useEffect(() => {
    const timer = setTimeout(() => onText(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, onText]);
  const words = t("worklist.search");
  return (
    <OutlinedInput
      value={typed}
      placeholder={words}
      inputRef={inputRef}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape" || event.key === "Enter" || event.key === "ArrowDown") {
          event.preventDefault();
          onText(typed);
          onLeave();
        }
      }}
      slotProps={{
        // What is typed are names: no browser keeps them, corrects them, or sends them anywhere to be checked.
        input: { "aria-label": words, autoComplete: "off", spellCheck: false, maxLength: 64, "aria-keyshortcuts": "/" },
      }}
      startAdornment={
        <InputAdornment position="start" sx={{ color: "text.disabled", mr: 0 }}>
          <SignSearch />
        </InputAdornment>
      }
      endAdornment={
        <InputAdornment position="end">
          {typed ? (
            <IconButton
              aria-label={t("worklist.clearSearch")}
              onClick={() => {
                setTyped("");
                onText("");
              }}
              sx={{ width: "1.5rem", height: "1.5rem", mr: -0.75 }}
            >
              <SignClear />
            </IconButton>
          ) : (
            <Key aria-hidden>/</Key>
          )}
        </InputAdornment>
      }
      sx={{ width: "clamp(14rem, 22vw, 22rem)", pl: 1.25, pr: 1.25 }}
    />
  );
}

interface ChoiceProps {
  word: string;
  value: readonly StudyStatus[];
  options: readonly { value: StudyStatus; word: string }[];
  none: string;
  onChange: (value: StudyStatus[]) => void;
}

/** Any number of them; none of them is all of them. */
function Choice({ word, value, options, none, onChange }: ChoiceProps) {
  const chosen = options.filter((option) => value.includes(option.value)).map((option) => option.word);
  return (
    <Select
      multiple
      displayEmpty
      value={[...value]}
      IconComponent={SignMore}
      inputProps={{ "aria-label": word }}
      onChange={(event) => {
        const asked = event.target.value;
        onChange(STATUSES.filter((status) => asked.includes(status)));
      }}
      renderValue={() => <Chosen word={word} value={chosen.join(", ") || none} isSet={chosen.length > 0} />}
      sx={SELECT}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value}>
          <Box sx={{ visibility: value.includes(option.value) ? "visible" : "hidden" }}>
            <SignChosen />
          </Box>
          {option.word}
        </MenuItem>
      ))}
    </Select>
  );
}

interface OneChoiceProps {
  word: string;
  value: Label | null;
  none: string;
  onChange: (value: Label | null) => void;
}

function OneChoice({ word, value, none, onChange }: OneChoiceProps) {
  const { t } = useTranslation();
  return (
    <Select
      displayEmpty
      value={value ?? ""}
      IconComponent={SignMore}
      inputProps={{ "aria-label": word }}
      onChange={(event) => onChange(LABELS.find((label) => label === event.target.value) ?? null)}
      renderValue={() => <Chosen word={word} value={value ? t(`label.${value}`) : none} isSet={value !== null} />}
      sx={SELECT}
    >
      <MenuItem value="">{none}</MenuItem>
      {LABELS.map((label) => (
        <MenuItem key={label} value={label}>
          {t(`label.${label}`)}
        </MenuItem>
      ))}
    </Select>
  );
}

function Chosen({ word, value, isSet }: { word: string; value: string; isSet: boolean }) {
  return (
    <>
      <Box component="span" sx={{ color: "text.secondary", whiteSpace: "pre" }}>
        {word}:{" "}
      </Box>
      <Box
        component="span"
        sx={{ fontWeight: isSet ? 600 : 400, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
      >
        {value}
      </Box>
    </>
  );
}

const SELECT = {
  maxWidth: "18rem",
  "& .MuiSelect-icon": { right: 10, top: "calc(50% - 0.5rem)", color: "text.secondary" },
  "& .MuiSelect-select.MuiInputBase-input": { pr: "34px" },
} as const;
