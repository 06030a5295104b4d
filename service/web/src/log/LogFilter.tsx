// What is wanted of the log: when, what, who, how it ended, what for, and of whom.
import ListSubheader from "@mui/material/ListSubheader";
import MenuItem from "@mui/material/MenuItem";
import { useTranslation } from "react-i18next";

import { Choice } from "./Choice.tsx";
import { FindField } from "./FindField.tsx";
import { GROUP_NAMES, isGroup, isKind, ownKinds, type What } from "./kinds.ts";
import { seenAgents } from "./people.ts";
import { offeredPurposes } from "./purposes.ts";
import { Span } from "./Span.tsx";
import { useLawWords } from "./useLawWords.ts";
import { OUTCOMES, type Wanted, type When } from "./wanted.ts";

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
  const { purposeOf } = useLawWords();
  const { when, what, outcome, agent, purpose } = wanted;
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
          ...ownKinds(group).map((kind) => (
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
      <Choice
        word={t("log.filter.purpose")}
        value={purpose}
        shown={purpose ? purposeOf(purpose) : t("log.filter.anyPurpose")}
        isSet={purpose !== ""}
        onChange={(value) => onWanted({ ...wanted, purpose: value })}
      >
        <MenuItem value="">{t("log.filter.anyPurpose")}</MenuItem>
        {offeredPurposes(purpose).map((one) => (
          <MenuItem key={one} value={one}>
            {purposeOf(one)}
          </MenuItem>
        ))}
      </Choice>
      <FindField wanted={wanted} onWanted={onWanted} inputRef={searchRef} />
    </>
  );
}
