// Takes the log along: entries for verification or for a spreadsheet, with names only where somebody asks for them; a checkpoint; the key.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Popover from "@mui/material/Popover";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { isStatus } from "../api/problem.ts";
import { SignAnalysing, SignClear, SignDown, SignMore, SignWarning } from "../shell/icons.tsx";
import { exportEntries, type File, type Form, takeCheckpoint, takeKey } from "./download.ts";
import { type State, type Taking, useTaking } from "./useTaking.ts";
import { EVERYTHING, isNarrowed, type Wanted } from "./wanted.ts";

type Shown = State<File>["is"] | "empty";

const ID = "take-along";
const SIGNS: Partial<Record<Shown, React.ReactNode>> = { running: <SignAnalysing />, failed: <SignClear /> };

export function TakeAlong({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  // It goes on while its choices are closed: a whole log takes a while.
  const taking = useTaking();
  return (
    <>
      <Button
        id={`${ID}-button`}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        aria-busy={taking.state.is === "running"}
        startIcon={SIGNS[shownOf(taking.state)]}
        endIcon={<SignMore />}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {t("log.along.button")}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        transitionDuration={0}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
        slotProps={{
          paper: {
            role: "dialog",
            "aria-modal": true,
            "aria-labelledby": `${ID}-title`,
            sx: {
              mt: 0.5,
              width: "min(26rem, calc(100vw - 2rem))",
              p: 2,
              border: 1,
              borderColor: "ours.edge",
              "&:focus-visible": { outline: "none" },
            },
          },
        }}
      >
        <Choices wanted={wanted} taking={taking} onClose={() => setAnchor(null)} />
      </Popover>
    </>
  );
}

interface ChoicesProps {
  wanted: Wanted;
  taking: Taking<File>;
  onClose: () => void;
}

function Choices({ wanted, taking, onClose }: ChoicesProps) {
  const { t } = useTranslation();
  const canNarrow = isNarrowed(wanted);
  const [isAll, setAll] = useState(!canNarrow);
  const [isNamed, setNamed] = useState(false);
  const { state, take, stop } = taking;
  const entries = (form: Form) => take((signal) => exportEntries(isAll ? EVERYTHING : wanted, form, isNamed, signal));
  const isBusy = state.is === "running";
  return (
    <>
      <Typography id={`${ID}-title`} variant="h2">
        {t("log.along.title")}
      </Typography>
      <RadioGroup
        aria-label={t("log.along.which")}
        value={isAll ? "all" : "narrowed"}
        onChange={(_, value) => setAll(value === "all")}
        sx={{ mt: 1 }}
      >
        {([false, true] as const).map((all) => (
          <FormControlLabel
            key={String(all)}
            value={all ? "all" : "narrowed"}
            disabled={!all && !canNarrow}
            control={<Radio size="small" sx={{ p: 0.5, mr: 0.5 }} />}
            label={t(all ? "log.along.everything" : "log.along.narrowed")}
            sx={{ ml: "-4px" }}
          />
        ))}
      </RadioGroup>
      <FormControlLabel
        control={
          <Checkbox
            size="small"
            checked={isNamed}
            onChange={(_, on) => setNamed(on)}
            slotProps={{ input: { "aria-describedby": `${ID}-named` } }}
            sx={{ p: 0.5, mr: 0.5 }}
          />
        }
        label={t("log.along.named")}
        sx={{ ml: "-4px", mt: 0.5 }}
      />
      <Box
        id={`${ID}-named`}
        sx={{
          ml: "1.625rem",
          display: "flex",
          gap: 0.75,
          typography: "second",
          color: isNamed ? "warning.main" : "text.secondary",
        }}
      >
        {isNamed && (
          <Box component="span" sx={{ pt: "1px" }}>
            <SignWarning />
          </Box>
        )}
        <span>{t("log.along.namedHelp")}</span>
      </Box>
      <Offer of="ndjson" isBusy={isBusy} onClick={() => entries("ndjson")} isFirst />
      <Offer of="csv" isBusy={isBusy} onClick={() => entries("csv")} />
      <Typography variant="h3" sx={{ mt: 2, pt: 1.5, borderTop: 1, borderColor: "divider", color: "text.secondary" }}>
        {t("log.along.proofs")}
      </Typography>
      <Offer of="checkpoint" isBusy={isBusy} onClick={() => take(takeCheckpoint)} />
      <Offer of="key" isBusy={isBusy} onClick={() => take(takeKey)} />
      <Box sx={{ mt: 1.5, display: "flex", alignItems: "center", gap: 1 }}>
        <Box role="status" sx={{ flex: 1, minWidth: 0, typography: "second" }}>
          <Said state={state} />
        </Box>
        {isBusy && <Button onClick={stop}>{t("log.along.stop")}</Button>}
        <Button variant="text" onClick={onClose} sx={{ mr: -1.5 }}>
          {t("close")}
        </Button>
      </Box>
    </>
  );
}

/** There is nothing in the log: no file, or an empty one. */
function shownOf(state: State<File>): Shown {
  const isEmpty =
    state.is === "done" ? state.file.content.size === 0 : state.is === "failed" && isStatus(state.error, 404);
  return isEmpty ? "empty" : state.is;
}

function Said({ state }: { state: State<File> }) {
  const { t } = useTranslation();
  const shown = shownOf(state);
  switch (shown) {
    case "idle":
      return (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {t("log.along.recorded")}
        </Box>
      );
    case "done":
      return (
        <Box component="span" sx={{ color: "success.main", overflowWrap: "anywhere" }}>
          {t("log.along.done", { name: state.is === "done" ? state.file.name : "" })}
        </Box>
      );
    case "failed":
      return (
        <Box component="span" sx={{ display: "flex", gap: 0.5, color: "error.main" }}>
          <SignClear />
          {t("log.along.failed")}
        </Box>
      );
    default:
      return <span>{t(`log.along.${shown}`)}</span>;
  }
}

interface OfferProps {
  of: "ndjson" | "csv" | "checkpoint" | "key";
  isBusy: boolean;
  onClick: () => void;
  isFirst?: boolean;
}

function Offer({ of, isBusy, onClick, isFirst = false }: OfferProps) {
  const { t } = useTranslation();
  const help = `${ID}-${of}`;
  return (
    <Box sx={{ mt: isFirst ? 1.5 : 1 }}>
      <Button
        fullWidth
        // Not disabled: that would take the focus away, and with it the key that closes the choices.
        aria-disabled={isBusy}
        startIcon={<SignDown />}
        aria-describedby={help}
        onClick={isBusy ? undefined : onClick}
        sx={{ justifyContent: "flex-start", "&[aria-disabled=true]": { color: "text.disabled", cursor: "default" } }}
      >
        {t(`log.along.${of}`)}
      </Button>
      <Box id={help} sx={{ mt: 0.25, typography: "second", color: "text.secondary" }}>
        {t(`log.along.${of}Help`)}
      </Box>
    </Box>
  );
}
