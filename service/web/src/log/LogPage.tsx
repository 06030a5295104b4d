// The audit log: who did what to whose study, and whether the log is what was signed. It shows no image and no name.
import { useCallback, useMemo, useRef, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import Switch from "@mui/material/Switch";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import { Centred } from "../shell/Centred.tsx";
import { Failure } from "../shell/Failure.tsx";
import { SignAgain, SignUp } from "../shell/icons.tsx";
import { useShortcuts } from "../shell/shortcuts.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { shortName } from "./act.ts";
import { EntryPanel } from "./EntryPanel.tsx";
import { EntryTable, type ListHandle } from "./EntryTable.tsx";
import { FindPatient, FindPerson } from "./FindDialogs.tsx";
import { LogFilter } from "./LogFilter.tsx";
import { Timeline } from "./Timeline.tsx";
import { LIVE_EVERY_S, type Log, useLog } from "./useLog.ts";
import { VerifyBar } from "./VerifyBar.tsx";
import { Views } from "./Views.tsx";
import { EVERYTHING, isFiltered, readWanted, type Wanted, writeWanted } from "./wanted.ts";

export default function LogPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const asked = address.toString();
  const wanted = useMemo(() => readWanted(new URLSearchParams(asked)), [asked]);
  const [isLive, setLive] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const [asking, setAsking] = useState<"patient" | "person" | null>(null);
  const log = useLog(wanted, isLive);
  const list = useRef<ListHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  usePageTitle(t("log.title"));

  const onWanted = useCallback((next: Wanted) => setAddress(writeWanted(next)), [setAddress]);
  const onNews = () => {
    log.takeNews();
    list.current?.toTop();
  };
  const toList = () => list.current?.focus();
  useShortcuts([
    { keys: ["/"], word: "search", where: "everywhere", handler: () => search.current?.focus() },
    { keys: ["ArrowUp", "ArrowDown"], word: "moveLine", where: "inList", handler: toList },
    { keys: ["PageUp", "PageDown"], word: "page", where: "inList" },
    { keys: ["Home", "End"], word: "endLines", where: "inList" },
    { keys: ["Escape"], word: "closeEntry", where: "inList", handler: () => setChosen(null) },
    { keys: ["n"], word: "newEntries", where: "inList", handler: log.news.length ? onNews : log.lookNow },
  ]);
  const act = [...log.acts, ...log.news].find(({ index }) => index === chosen) ?? null;
  const listProps = { log, chosen, onChoose: setChosen, handle: list };
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column" }}>
      <Box
        sx={{
          minHeight: "3.5rem",
          flex: "none",
          display: "flex",
          flexWrap: "wrap",
          alignItems: "center",
          gap: 1.25,
          px: `${GUTTER_PX}px`,
          py: 1,
        }}
      >
        <Typography variant="h1" sx={{ mr: 1 }}>
          {t("log.title")}
        </Typography>
        <LogFilter wanted={wanted} onWanted={onWanted} onAnother={() => setAsking("person")} searchRef={search} />
        <Box sx={{ flex: 1 }} />
        <News log={log} isLive={isLive} onLive={setLive} onNews={onNews} />
      </Box>
      <Views
        wanted={wanted}
        onWanted={onWanted}
        onPatient={() => setAsking("patient")}
        onPerson={() => setAsking("person")}
      />
      <VerifyBar
        wanted={wanted}
        onShow={(index) => {
          // The table is read from there on: the place is its first row.
          onWanted({ ...EVERYTHING, before: index + 1 });
          setChosen(index);
        }}
      />
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr) 21rem", xl: "minmax(0, 1fr) 27rem" },
          borderTop: 1,
          borderColor: "divider",
        }}
      >
        <Box sx={{ minWidth: 0, minHeight: 0, display: "flex", flexDirection: "column" }}>
          {wanted.asTimeline && <TimelineTitle wanted={wanted} />}
          <Box sx={{ flex: 1, minHeight: 0 }}>
            {log.error ? (
              <Failure error={log.error} title={t("log.failed")} onRetry={log.retry} />
            ) : !log.isReading && log.acts.length === 0 ? (
              <Nothing isFiltered={isFiltered(wanted)} onClear={() => onWanted(EVERYTHING)} />
            ) : wanted.asTimeline && !log.isReading ? (
              <Timeline key={asked} {...listProps} by={wanted.agent && !wanted.patient ? "session" : "study"} />
            ) : (
              <EntryTable key={asked} {...listProps} />
            )}
          </Box>
        </Box>
        <EntryPanel act={act} onWanted={onWanted} onClose={() => setChosen(null)} />
      </Box>
      {asking === "patient" && (
        <FindPatient
          onClose={() => setAsking(null)}
          onFound={(patient) => {
            setAsking(null);
            onWanted({ ...EVERYTHING, patient, asTimeline: true });
          }}
        />
      )}
      {asking === "person" && (
        <FindPerson
          onClose={() => setAsking(null)}
          onFound={(agent) => {
            setAsking(null);
            onWanted({ ...EVERYTHING, agent, asTimeline: true });
          }}
        />
      )}
    </Box>
  );
}

interface NewsProps {
  log: Log;
  isLive: boolean;
  onLive: (live: boolean) => void;
  onNews: () => void;
}

function News({ log, isLive, onLive, onNews }: NewsProps) {
  const { t, i18n } = useTranslation();
  const { news, isMoreNews, isLooking } = log;
  const formatted = new Intl.NumberFormat(i18n.language).format(news.length);
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 0.5 }}>
      <Box role="status" sx={{ display: "flex" }}>
        {news.length > 0 && (
          <Button
            variant="contained"
            startIcon={<SignUp />}
            onClick={onNews}
            sx={{ borderRadius: 4, minHeight: "1.75rem", px: 1.75, mr: 1 }}
          >
            {isMoreNews ? t("log.newAndMore", { formatted }) : t("log.new", { count: news.length, formatted })}
          </Button>
        )}
      </Box>
      <Tooltip title={t("log.look")}>
        <span>
          <IconButton
            aria-label={t("log.look")}
            aria-keyshortcuts="n"
            disabled={isLooking || log.isReading}
            onClick={log.lookNow}
          >
            <SignAgain />
          </IconButton>
        </span>
      </Tooltip>
      <Tooltip describeChild title={t("log.liveHelp", { seconds: LIVE_EVERY_S })}>
        <FormControlLabel
          control={<Switch size="small" checked={isLive} onChange={(_, on) => onLive(on)} />}
          label={t("log.live")}
          slotProps={{ typography: { variant: "second" } }}
          sx={{ mr: 0, ml: 0.5, gap: 0.75 }}
        />
      </Tooltip>
    </Box>
  );
}

function TimelineTitle({ wanted: { patient, agent, studies } }: { wanted: Wanted }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ flex: "none", px: `${GUTTER_PX}px`, pt: 1.5, pb: 0.5 }}>
      <Typography variant="h2" dir="auto">
        {patient
          ? t("log.timeline.ofPatient", { patient: shortName(patient) })
          : agent
            ? t("log.timeline.ofPerson", { who: agent })
            : t("log.timeline.ofStudy", { study: shortName(studies[0] ?? "") })}
      </Typography>
      {patient && (
        <Typography variant="second" component="p" sx={{ m: 0, color: "text.disabled" }}>
          {t("log.timeline.worklist")}
        </Typography>
      )}
    </Box>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  if (!isFiltered) return <Centred role="status" title={t("log.empty.title")} text={t("log.empty.text")} />;
  return (
    <Centred role="status" title={t("log.noMatch.title")} text={t("log.noMatch.text")}>
      <Button onClick={onClear}>{t("log.noMatch.clear")}</Button>
    </Centred>
  );
}
