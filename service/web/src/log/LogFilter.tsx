// What is wanted of the log: when, what, who, how it ended, and of whom.
import { useState } from "react";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import ListSubheader from "@mui/material/ListSubheader";
import MenuItem from "@mui/material/MenuItem";
import OutlinedInput from "@mui/material/OutlinedInput";
import Tooltip from "@mui/material/Tooltip";
import { useTranslation } from "react-i18next";

import { SignClear, SignSearch } from "../shell/icons.tsx";
import { Choice } from "./Choice.tsx";
import { GROUP_NAMES, GROUPS, isGroup, isKind, type What } from "./kinds.ts";
import { seenAgents } from "./people.ts";
import { Span } from "./Span.tsx";
import { isUid, OUTCOMES, PSEUDONYM, type Wanted, type When } from "./wanted.ts";

const LATEST = ["", "today", "7d", "30d"] as const satisfies readonly When[];
const ANOTHER = " another";
const SPAN = "..";

interface Props {
  wanted: Wanted;
  onWanted: (wanted: Wanted) => void;
  /** Asks for a person that no entry here has named. */
  onAnother: () => void;
  searchRef: React.Ref<HTMLInputElement>;
}

export function LogFilter({ wanted, onWanted, onAnother, searchRef }: Props) {
  const { t } = useTranslation();
  const { when, what, outcome, agent } = wanted;
  const isSpan = when.includes(SPAN);
  const [first = "", last = ""] = isSpan ? when.split(SPAN) : [];
  const latest = LATEST.find((one) => one === when);
  const known = [...new Set([agent, ...seenAgents()].filter(Boolean))];
  const wordOf = (one: What) =>
    one === "" ? t("log.filter.everything") : isGroup(one) ? t(`log.group.${one}`) : t(`log.what.${one}`);
  return (
    <>
      <Choice
        word={t("log.filter.when")}
        value={isSpan ? SPAN : when}
        shown={
          isSpan ? `${first} – ${last}` : t(`log.filter.${latest === undefined || latest === "" ? "anyTime" : latest}`)
        }
        isSet={when !== ""}
        onChange={(value) => {
          const today = new Date().toLocaleDateString("sv");
          onWanted({
            ...wanted,
            when: value === SPAN ? `${today}..${today}` : (LATEST.find((one) => one === value) ?? ""),
          });
        }}
      >
        {LATEST.map((one) => (
          <MenuItem key={one} value={one}>
            {t(`log.filter.${one || "anyTime"}`)}
          </MenuItem>
        ))}
        <MenuItem value={SPAN}>{t("log.filter.span")}</MenuItem>
      </Choice>
      {isSpan && <Span first={first} last={last} onSpan={(next) => onWanted({ ...wanted, when: next })} />}
      <Choice
        word={t("log.filter.what")}
        value={what}
        shown={wordOf(what)}
        isSet={what !== ""}
        onChange={(value) => onWanted({ ...wanted, what: isGroup(value) || isKind(value) ? value : "" })}
      >
        <MenuItem value="">{t("log.filter.everything")}</MenuItem>
        {GROUP_NAMES.flatMap((group) => [
          <ListSubheader
            key={`${group}:`}
            sx={{ typography: "h3", bgcolor: "background.paper", color: "text.disabled", pt: 1 }}
          >
            {t(`log.group.${group}`)}
          </ListSubheader>,
          <MenuItem key={group} value={group} sx={{ fontStyle: "italic" }}>
            {t(`log.group.${group}`)}: {t("log.filter.wholeGroup")}
          </MenuItem>,
          ...GROUPS[group]
            // One kind stands in two groups; a choice has one place.
            .filter((kind) => !(group === "refused" && kind === "sign-in-refused"))
            .map((kind) => (
              <MenuItem key={kind} value={kind} sx={{ pl: 3.5 }}>
                {t(`log.what.${kind}`)}
              </MenuItem>
            )),
        ])}
      </Choice>
      <Choice
        word={t("log.filter.who")}
        value={agent}
        shown={agent || t("log.filter.anybody")}
        isSet={agent !== ""}
        onChange={(value) => {
          if (value === ANOTHER) onAnother();
          else onWanted({ ...wanted, agent: value });
        }}
      >
        <MenuItem value="">{t("log.filter.anybody")}</MenuItem>
        {known.map((one) => (
          <MenuItem key={one} value={one} dir="auto">
            {one}
          </MenuItem>
        ))}
        <MenuItem value={ANOTHER}>{t("log.filter.another")}</MenuItem>
      </Choice>
      <Choice
        word={t("log.filter.outcome")}
        value={outcome}
        shown={outcome ? t(`log.outcome.${outcome}`) : t("log.filter.all")}
        isSet={outcome !== ""}
        onChange={(value) => onWanted({ ...wanted, outcome: OUTCOMES.find((one) => one === value) ?? "" })}
      >
        <MenuItem value="">{t("log.filter.all")}</MenuItem>
        {OUTCOMES.map((one) => (
          <MenuItem key={one} value={one}>
            {t(`log.outcome.${one}`)}
          </MenuItem>
        ))}
      </Choice>
      <Find wanted={wanted} onWanted={onWanted} inputRef={searchRef} />
    </>
  );
}

/** Takes a pseudonym or a study's UID; anything else, a Patient ID above all, goes nowhere. */
function Find({
  wanted,
  onWanted,
  inputRef,
}: Pick<Props, "wanted" | "onWanted"> & { inputRef: React.Ref<HTMLInputElement> }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  const word = t("log.filter.find");
  const submit = () => {
    const text = typed.trim();
    const isPatient = PSEUDONYM.test(text);
    if (text && !isPatient && !isUid(text)) {
      setWrong(true);
      return;
    }
    setTyped("");
    if (text) onWanted({ ...wanted, ...(isPatient ? { patient: text } : { study: text }) });
  };
  return (
    <Tooltip open={isWrong} title={<span id="find-wrong">{t("log.filter.findWrong")}</span>}>
      <Box
        component="form"
        role="search"
        onSubmit={(event: React.SyntheticEvent) => {
          event.preventDefault();
          submit();
        }}
        sx={{ flex: "0 1 17rem", minWidth: "9rem" }}
      >
        <OutlinedInput
          fullWidth
          value={typed}
          placeholder={word}
          inputRef={inputRef}
          error={isWrong}
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(false);
          }}
          slotProps={{
            input: {
              "aria-label": word,
              "aria-describedby": isWrong ? "find-wrong" : undefined,
              "aria-invalid": isWrong,
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
                  setWrong(false);
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
