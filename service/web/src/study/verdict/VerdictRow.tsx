// One finding of the verdict: what the physician sees, whether that is what the model says, and where.
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { SignChosen, SignClear, SignRegion } from "../../shell/icons.tsx";
import { type MachineCall, OWN, type Own, type Region } from "./content.ts";

const Choice = styled(ButtonBase)(({ theme: { vars } }) => ({
  height: "1.75rem",
  flex: 1,
  gap: 5,
  borderRadius: 4,
  font: "inherit",
  fontWeight: 500,
  border: `1px solid ${vars.palette.ours.edge}`,
  color: vars.palette.ours.textSecond,
  "&:hover": { backgroundColor: vars.palette.ours.selected },
  "&[aria-checked='true']": {
    borderColor: vars.palette.ours.accent,
    backgroundColor: vars.palette.ours.selected,
    color: vars.palette.ours.text,
    // Seen without its colour, too.
    boxShadow: `inset 0 -3px ${vars.palette.ours.accent}`,
  },
  "& svg": { width: "0.8125rem" },
  "@media (max-width: 1599px)": { "& svg": { display: "none" } },
  "&:disabled": { opacity: 0.6 },
}));

const SMALL = { width: "1.75rem", height: "1.75rem" };

interface Props {
  label: Label;
  call: MachineCall;
  own: Own | null;
  /** A signature needs it, and it is not here: said once somebody wanted to sign. */
  isMissing: boolean;
  regions: readonly Region[];
  canDraw: boolean;
  isDrawing: boolean;
  onChoose: (own: Own | null) => void;
  onDraw: () => void;
  onRegionGone: (region: Region) => void;
  /** Takes the finding out of the verdict; left out where a signature needs it. */
  onRemove?: (() => void) | undefined;
}

export function VerdictRow(props: Props) {
  const { label, call, own, isMissing, regions, canDraw, isDrawing, onChoose, onDraw, onRegionGone, onRemove } = props;
  const { t } = useTranslation();
  const name = t(`label.${label}`);
  const move = (event: React.KeyboardEvent<HTMLElement>) => {
    const step =
      event.key === "ArrowRight" || event.key === "ArrowDown"
        ? 1
        : event.key === "ArrowLeft" || event.key === "ArrowUp"
          ? -1
          : 0;
    if (!step) return;
    event.preventDefault();
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]")];
    const next = (buttons.findIndex((button) => button === document.activeElement) + step + OWN.length) % OWN.length;
    buttons[next]?.focus();
    onChoose(OWN[next] ?? null);
  };
  return (
    <Box sx={{ py: 0.375 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5, typography: "second" }}>
        <Box sx={{ flex: 1, minWidth: 0 }} title={name}>
          <Box
            component="span"
            sx={{ display: "block", overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
          >
            {name}
          </Box>
          <Box
            component="span"
            sx={{
              display: "block",
              overflow: "hidden",
              textOverflow: "ellipsis",
              whiteSpace: "nowrap",
              typography: "caption",
              color: isMissing ? "error.main" : "text.disabled",
            }}
          >
            {isMissing
              ? t("study.verdict.needed")
              : own
                ? t(`study.verdict.${beside(call, own)}`)
                : t("study.verdict.modelSays", { call: t(`call.${call}`) })}
          </Box>
        </Box>
        {onRemove && (
          <IconButton aria-label={t("study.verdict.remove", { label: name })} onClick={onRemove} sx={SMALL}>
            <SignClear />
          </IconButton>
        )}
        <Tooltip title={t("study.region.draw")}>
          <span>
            <IconButton
              size="small"
              disabled={!canDraw}
              aria-pressed={isDrawing}
              aria-label={`${t("study.region.draw")}: ${name}`}
              onClick={onDraw}
              sx={{ ...SMALL, "&[aria-pressed='true']": { color: "primary.main" } }}
            >
              <SignRegion />
            </IconButton>
          </span>
        </Tooltip>
        <Box
          role="radiogroup"
          aria-label={t("study.verdict.ownAnswer", { label: name })}
          onKeyDown={move}
          sx={{ display: "flex", gap: 0.75, flex: "0 0 13rem", "@media (min-width: 1600px)": { flexBasis: "15rem" } }}
        >
          {OWN.map((one, at) => (
            <Choice
              key={one}
              role="radio"
              aria-checked={own === one}
              tabIndex={own === one || (own === null && at === 0) ? 0 : -1}
              onClick={() => onChoose(own === one ? null : one)}
            >
              {own === one && <SignChosen />}
              {t(`study.own.${one}`)}
            </Choice>
          ))}
        </Box>
      </Box>
      {regions.length > 0 && (
        <Box
          component="ul"
          sx={{ listStyle: "none", m: 0, p: 0, display: "flex", flexWrap: "wrap", gap: 0.5, typography: "caption" }}
        >
          {regions.map((region, at) => (
            <li key={at}>
              <ButtonBase
                aria-label={t("study.region.remove", { number: at + 1, label: name })}
                onClick={() => onRegionGone(region)}
                sx={{
                  gap: 0.5,
                  px: 0.75,
                  height: "1.5rem",
                  border: 1,
                  borderColor: "divider",
                  borderRadius: 1,
                  color: "text.secondary",
                }}
              >
                {t("study.region.one", { number: at + 1 })} <SignClear />
              </ButtonBase>
            </li>
          ))}
        </Box>
      )}
    </Box>
  );
}

/** How an answer stands to the model's. */
export function beside(call: MachineCall, own: Own): "same" | "other" | "alone" {
  if (call === "not assessed") return "alone";
  return own === call || (own === "unsure" && call === "indeterminate") ? "same" : "other";
}
