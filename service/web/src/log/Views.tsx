// Views that are kept: one press each; and what the table is narrowed to, each part of which can be taken away.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import { useTranslation } from "react-i18next";

import { SignClear } from "../shell/icons.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { shortName } from "./act.ts";
import type { What } from "./kinds.ts";
import { EVERYTHING, isFiltered, isOfOne, type Wanted } from "./wanted.ts";

const KINDS = [
  "refused",
  "exports",
  "corrections",
  "signIns",
  "deliveries",
  "models",
] as const satisfies readonly What[];

interface Props {
  wanted: Wanted;
  onWanted: (wanted: Wanted) => void;
  onPatient: () => void;
  onPerson: () => void;
}

export function Views({ wanted, onWanted, onPatient, onPerson }: Props) {
  const { t, i18n } = useTranslation();
  const { patient, studies, agent, what, asTimeline, before } = wanted;
  const [study] = studies;
  const isPlain = !isOfOne(wanted);
  const of = [
    patient && { name: "patient" as const, word: t("log.filter.patient", { patient: shortName(patient) }) },
    study && { name: "studies" as const, word: t("log.filter.study", { study: shortName(study) }) },
    agent && { name: "agent" as const, word: t("log.filter.person", { who: agent }) },
    before !== null && {
      name: "before" as const,
      word: t("log.filter.before", { index: new Intl.NumberFormat(i18n.language).format(before - 1) }),
    },
  ].filter((one) => typeof one === "object");
  return (
    <Box
      sx={{
        flex: "none",
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1,
        px: `${GUTTER_PX}px`,
        pb: 1.25,
        minHeight: "2.875rem",
      }}
    >
      <Box
        component="nav"
        aria-label={t("log.view.label")}
        sx={{ display: "flex", flexWrap: "wrap", gap: 0.25, ml: "-10px" }}
      >
        <View isOn={!isFiltered(wanted)} word={t("log.view.everything")} onClick={() => onWanted(EVERYTHING)} />
        <View isOn={patient !== ""} word={t("log.view.patient")} onClick={onPatient} opens />
        <View isOn={agent !== ""} word={t("log.view.person")} onClick={onPerson} opens />
        {KINDS.map((kind) => (
          <View
            key={kind}
            isOn={isPlain && what === kind}
            word={t(`log.view.${kind}`)}
            onClick={() => onWanted({ ...EVERYTHING, what: kind })}
          />
        ))}
      </Box>
      <Box sx={{ flex: 1 }} />
      {of.map(({ name, word }) => (
        <Box
          key={name}
          sx={{
            display: "flex",
            alignItems: "center",
            maxWidth: "16rem",
            height: "1.75rem",
            pl: 1,
            borderRadius: 1,
            typography: "second",
            bgcolor: "ours.selected",
          }}
        >
          <Box component="span" dir="auto" sx={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
            {word}
          </Box>
          <IconButton
            aria-label={t("log.filter.remove", { what: word })}
            title={t("log.filter.remove", { what: word })}
            onClick={() => {
              const rest = { ...wanted, [name]: EVERYTHING[name] };
              onWanted({ ...rest, asTimeline: asTimeline && isOfOne(rest) });
            }}
            sx={{ width: "1.75rem", height: "1.75rem" }}
          >
            <SignClear />
          </IconButton>
        </Box>
      ))}
      {!isPlain && (
        <ToggleButtonGroup
          exclusive
          size="small"
          value={asTimeline ? "timeline" : "table"}
          aria-label={t("log.as.label")}
          onChange={(_, value: string | null) => {
            if (value) onWanted({ ...wanted, asTimeline: value === "timeline" });
          }}
        >
          {(["timeline", "table"] as const).map((one) => (
            <ToggleButton
              key={one}
              value={one}
              sx={{
                height: "1.75rem",
                px: 1.5,
                textTransform: "none",
                borderColor: "ours.edge",
                color: "text.secondary",
                "&.Mui-selected, &.Mui-selected:hover": { bgcolor: "ours.selected", color: "text.primary" },
              }}
            >
              {t(`log.as.${one}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
    </Box>
  );
}

function View({
  isOn,
  word,
  onClick,
  opens = false,
}: {
  isOn: boolean;
  word: string;
  onClick: () => void;
  opens?: boolean;
}) {
  return (
    <Button
      variant="text"
      aria-pressed={isOn}
      aria-haspopup={opens ? "dialog" : undefined}
      onClick={onClick}
      sx={{
        minHeight: "1.75rem",
        px: 1.25,
        typography: "second",
        fontWeight: isOn ? 600 : 400,
        color: isOn ? "text.primary" : "text.secondary",
        bgcolor: isOn ? "ours.selected" : "transparent",
      }}
    >
      {word}
    </Button>
  );
}
