// The name of a model, typed by a person, as the confirmation that this very model shall answer.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { isStatus, passes, ProblemError } from "../api/problem.ts";
import { choose, type Model, MODELS, titleOf } from "./read.ts";

interface Props {
  inUse: Model;
  next: Model;
  /** While the model is loaded nothing else can be done. */
  onBusy: (busy: boolean) => void;
  onCancel: () => void;
  /** `changed`: it did not answer before. */
  onDone: (changed: boolean) => void;
}

export function ConfirmForm({ inUse, next, onBusy, onCancel, onDone }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const id = useId();
  const [typed, setTyped] = useState("");
  const choosing = useMutation({
    mutationFn: () => choose(next.digest),
    onMutate: () => onBusy(true),
    onSuccess: onDone,
    onSettled: async () => {
      onBusy(false);
      await queries.invalidateQueries({ queryKey: MODELS });
    },
  });
  const isConfirmed = typed.trim() === next.name;
  return (
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
      <Box sx={{ display: "flex", justifyContent: "flex-end", flexWrap: "wrap", gap: 1 }}>
        <Button onClick={onCancel} disabled={choosing.isPending}>
          {t("models.choose.cancel", { model: titleOf(inUse) })}
        </Button>
        <Button type="submit" variant="contained" disabled={!isConfirmed || choosing.isPending}>
          {t("models.choose.confirm", { model: titleOf(next) })}
        </Button>
      </Box>
    </Box>
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
