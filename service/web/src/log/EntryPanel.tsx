// The chosen entry: in a sentence, with every field, its leaf hash, and the histories that it belongs to.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { CopyButton } from "../shell/CopyButton.tsx";
import { SignClear } from "../shell/icons.tsx";
import type { Act } from "./act.ts";
import { OutcomeMark } from "./EntryRow.tsx";
import { Strength } from "./Strength.tsx";
import { useActWords } from "./useActWords.ts";
import { useClock } from "./useClock.ts";
import { useLawWords } from "./useLawWords.ts";
import { EVERYTHING, type Wanted } from "./wanted.ts";

/** A pseudonym in a sentence, which no line breaks. */
const SHORT_NAME = /([ps]-[0-9a-f]{4}…[0-9a-f]{3})/;

interface Props {
  act: Act | null;
  onWanted: (wanted: Wanted) => void;
  onClose: () => void;
}

export function EntryPanel({ act, onWanted, onClose }: Props) {
  return (
    <Box
      component="aside"
      sx={{
        minHeight: 0,
        overflow: "auto",
        bgcolor: "background.paper",
        borderLeft: 1,
        borderColor: "divider",
        px: 2.5,
        py: 2,
        overflowWrap: "anywhere",
      }}
    >
      {act ? <Entry key={act.index} act={act} onWanted={onWanted} onClose={onClose} /> : <Strength isWhole />}
    </Box>
  );
}

function Entry({ act, onWanted, onClose }: Props & { act: Act }) {
  const { t, i18n } = useTranslation();
  const { wordsOf, rolesOf, nameOf } = useActWords();
  const { purposeOf, basisOf } = useLawWords();
  const clock = useClock();
  const { what, says, outcome } = wordsOf(act);
  const { agent, patient, study, detail } = act;
  const route = [detail.method, detail.route].filter(Boolean).join(" ");
  const fields: [string, React.ReactNode][] = [
    [t("log.entry.when"), clock.whole(act.at)],
    [t("log.entry.inUtc"), act.occurredAt],
    [t("log.entry.who"), nameOf(agent)],
    [t("log.entry.as"), rolesOf(agent)],
    [t("log.entry.from"), agent.address],
    [t("log.entry.with"), agent.client],
    [t("log.entry.session"), agent.tokenId],
    [t("log.entry.what"), route || act.type],
    [t("log.entry.patient"), patient],
    [t("log.entry.study"), study],
    [t("log.entry.purpose"), purposeOf(act.purpose)],
    [t("log.entry.legalBasis"), basisOf(act.legalBasis)],
    [t("log.entry.destination"), act.destination],
    [t("log.entry.request"), act.request],
    [t("log.entry.outcome"), <OutcomeMark key="outcome" outcome={act.outcome} word={outcome} />],
  ];
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <Typography
          variant="h2"
          sx={{ flex: 1, color: act.outcome === "serious failure" ? "error.main" : "text.primary" }}
        >
          {what}
        </Typography>
        <Box component="span" sx={{ typography: "second", color: "text.disabled", whiteSpace: "nowrap" }}>
          {t("log.entry.title", { index: new Intl.NumberFormat(i18n.language).format(act.index) })}
        </Box>
        <IconButton aria-label={t("log.entry.close")} onClick={onClose} sx={{ mr: -1 }}>
          <SignClear />
        </IconButton>
      </Box>
      <Typography role="status" sx={{ mt: 0.5, mb: 2 }} dir="auto">
        {says.split(SHORT_NAME).map((part, at) =>
          at % 2 ? (
            <Box key={at} component="span" sx={{ whiteSpace: "nowrap" }}>
              {part}
            </Box>
          ) : (
            part
          ),
        )}
      </Typography>
      <Fields fields={fields} />
      <Box sx={{ mt: 2, display: "flex", flexWrap: "wrap", gap: 1 }}>
        {patient && (
          <Button size="small" onClick={() => onWanted({ ...EVERYTHING, patient, asTimeline: true })}>
            {t("log.entry.ofPatient")}
          </Button>
        )}
        {agent.id && (
          <Button size="small" onClick={() => onWanted({ ...EVERYTHING, agent: agent.id, asTimeline: true })}>
            {t(agent.kind === "person" ? "log.entry.ofPerson" : "log.entry.ofSystem")}
          </Button>
        )}
        {study && (
          <Button size="small" onClick={() => onWanted({ ...EVERYTHING, studies: [study], asTimeline: true })}>
            {t("log.entry.ofStudy")}
          </Button>
        )}
      </Box>
      <Box sx={{ mt: 2, pt: 2, borderTop: 1, borderColor: "divider" }}>
        <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
          <Typography variant="h3" sx={{ flex: 1 }}>
            {t("log.entry.leaf")}
          </Typography>
          <CopyButton text={act.leafHash} />
        </Box>
        <Box sx={{ typography: "second", fontFamily: "monospace", userSelect: "all" }}>{act.leafHash}</Box>
        <Typography variant="second" component="p" sx={{ m: 0, mt: 0.5, color: "text.disabled" }}>
          {t("log.entry.leafHelp")}
        </Typography>
      </Box>
      <Box component="details" sx={{ mt: 2, pt: 2, borderTop: 1, borderColor: "divider" }}>
        <Box component="summary" sx={{ typography: "h3", cursor: "pointer", minHeight: "1.5rem" }}>
          {t("log.entry.fields")}
        </Box>
        <Box sx={{ mt: 1 }}>
          <Fields fields={flat(act.event)} isRaw />
        </Box>
      </Box>
      <Strength />
    </>
  );
}

function Fields({ fields, isRaw = false }: { fields: readonly [string, React.ReactNode][]; isRaw?: boolean }) {
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: "grid",
        gridTemplateColumns: isRaw ? "10rem 1fr" : "7rem 1fr",
        gap: "3px 12px",
        typography: "second",
      }}
    >
      {fields
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <Box key={name} sx={{ display: "contents" }}>
            <Box component="dt" sx={{ color: "text.disabled", fontFamily: isRaw ? "monospace" : undefined }}>
              {name}
            </Box>
            <Box
              component="dd"
              dir="auto"
              sx={{ m: 0, minWidth: 0, wordBreak: isOneWord(value) ? "break-all" : undefined }}
            >
              {value}
            </Box>
          </Box>
        ))}
    </Box>
  );
}

/** A pseudonym or UID is broken where the line ends, and not at the hyphens that it may have. */
function isOneWord(value: React.ReactNode): boolean {
  return typeof value === "string" && !value.includes(" ");
}

/** Every field by its path, in the order of the alphabet, as it is hashed. */
function flat(value: Readonly<Record<string, unknown>>, path = ""): [string, string][] {
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, part]): [string, string][] =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? flat(part as Record<string, unknown>, `${path}${name}.`)
        : [[path + name, Array.isArray(part) ? part.join(", ") : String(part)]],
    );
}
