// Having another model answer: which one, what changes with it, what does not, and a person's own confirmation.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import Dialog from "@mui/material/Dialog";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { SignWarning } from "../shell/icons.tsx";
import { useSession } from "../shell/sessionContext.ts";
import { Comparison } from "./Comparison.tsx";
import { ConfirmForm } from "./ConfirmForm.tsx";
import { ModelSelect } from "./ModelSelect.tsx";
import { type Model, titleOf } from "./read.ts";

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
  const id = useId();
  const [wanted, setWanted] = useState(first.digest);
  const [isBusy, setBusy] = useState(false);
  const next = others.find(({ digest }) => digest === wanted) ?? first;
  const leave = () => {
    if (!isBusy) onClose();
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
        disabled={isBusy}
        onChange={setWanted}
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
      <ConfirmForm
        key={next.digest}
        inUse={inUse}
        next={next}
        onBusy={setBusy}
        onCancel={leave}
        onDone={(changed) => onDone(next, changed)}
      />
    </Dialog>
  );
}
