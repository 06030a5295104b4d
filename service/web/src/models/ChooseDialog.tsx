// Having another model answer: what changes, what does not, and the name of the model as a person's own confirmation.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { isStatus, passes, ProblemError } from "../api/problem.ts";
import { SignWarning } from "../shell/icons.tsx";
import { useSession } from "../shell/sessionContext.ts";
import { Comparison } from "./Comparison.tsx";
import { ModelSelect } from "./ModelSelect.tsx";
import { choose, type Model, MODELS, titleOf } from "./read.ts";

interface Props {
  inUse: Model;
  others: readonly Model[];
  /** The one that is offered first. */
  first: Model;
  onClose: () => void;
  /** Another model answers; `changed`: it did not before. */
  onDone: (model: Model, changed: boolean) => void;
}

export function ChooseDialog({ inUse, others, first, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { name: person } = useSession();
  const queries = useQueryClient();
  const id = useId();
  const [wanted, setWanted] = useState(first.digest);
  const [typed, setTyped] = useState("");
  const next = others.find(({ digest }) => digest === wanted) ?? first;
  const choosing = useMutation({
    mutationFn: () => choose(next.digest),
    onSuccess: (changed) => onDone(next, changed),
    onSettled: () => queries.invalidateQueries({ queryKey: MODELS }),
  });
  const isConfirmed = typed.trim() === next.name;
  const leave = () => {
    if (!choosing.isPending) onClose();
  };
  return (
    <Dialog open onClose={leave} fullWidth maxWidth="md" aria-labelledby={`${id}title`}>
      <Typography id={`${id}title`} variant="h1" sx={{ mb: 2 }}>
        {t("models.choose.title")}
      </Typography>
      <ModelSelect
        word={t("models.choose.which")}
        models={others}
        value={next.digest}
        disabled={choosing.isPending}
        onChange={(digest) => {
          setWanted(digest);
          setTyped("");
          choosing.reset();
        }}
      />
      {!next.evaluated && (
        <Box sx={{ mt: 2, display: "flex", gap: 1, color: "ours.present" }}>
          <Box sx={{ pt: "2px" }}>
            <SignWarning />
          </Box>
          {t("models.choose.notEvaluated")}
        </Box>
      )}
      <Comparison
        before={inUse}
        after={next}
        heads={[t("models.choose.now", { model: titleOf(inUse) }), t("models.choose.then", { model: titleOf(next) })]}
      />
      <Box component="ul" sx={{ my: 2, pl: 2.5, color: "text.secondary" }}>
        <li>{t("models.choose.running", { model: titleOf(inUse) })}</li>
        <li>{t("models.choose.results")}</li>
        <li>{t("models.choose.log", { name: person })}</li>
      </Box>
      <Box
        component="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed && !choosing.isPending) choosing.mutate();
        }}
      >
        <Box component="label" htmlFor={`${id}name`} sx={{ display: "block", mb: 0.75, fontWeight: 600 }}>
          {t("models.choose.type", { name: next.name })}
        </Box>
        <OutlinedInput
          id={`${id}name`}
          value={typed}
          disabled={choosing.isPending}
          onChange={(event) => setTyped(event.target.value)}
          slotProps={{ input: { autoComplete: "off", spellCheck: false, "aria-describedby": `${id}outcome` } }}
          sx={{ width: "min(26rem, 100%)" }}
        />
        <Box id={`${id}outcome`} sx={{ minHeight: "3.25rem", py: 1 }}>
          {choosing.isPending && (
            <Box role="status" sx={{ color: "text.secondary" }}>
              {t("models.choose.working")}
            </Box>
          )}
          {choosing.error && <Refusal error={choosing.error} />}
        </Box>
        <Box sx={{ display: "flex", justifyContent: "flex-end", gap: 1 }}>
          <Button onClick={leave} disabled={choosing.isPending}>
            {t("models.choose.cancel", { model: titleOf(inUse) })}
          </Button>
          <Button type="submit" variant="contained" disabled={!isConfirmed || choosing.isPending}>
            {t("models.choose.confirm", { model: titleOf(next) })}
          </Button>
        </Box>
      </Box>
    </Dialog>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const words = isStatus(error, 409)
    ? t("models.choose.refused")
    : passes(error)
      ? t("models.choose.unreachable")
      : t("models.choose.failed");
  return (
    <Box role="alert" sx={{ color: "error.main", overflowWrap: "anywhere" }}>
      {words} {error instanceof ProblemError && !passes(error) && <span lang="en">{error.message}</span>}
    </Box>
  );
}
