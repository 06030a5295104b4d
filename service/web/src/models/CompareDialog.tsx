// One model beside another, to look at: nothing is changed here.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { Comparison } from "./Comparison.tsx";
import { ModelSelect } from "./ModelSelect.tsx";
import { type Model, titleOf } from "./read.ts";

interface Props {
  model: Model;
  others: readonly Model[];
  open: boolean;
  onClose: () => void;
}

export function CompareDialog({ model, others, open, onClose }: Props) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState("");
  const other = others.find(({ digest }) => digest === wanted) ?? others[0];
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="md" aria-labelledby="compare-title">
      <Box sx={{ display: "flex", alignItems: "center", gap: 2, mb: 2 }}>
        <Typography id="compare-title" variant="h1" sx={{ flex: 1 }}>
          {t("models.comparison.title")}
        </Typography>
        <Button onClick={onClose}>{t("close")}</Button>
      </Box>
      {other && (
        <>
          <ModelSelect word={t("models.comparison.with")} models={others} value={other.digest} onChange={setWanted} />
          <Comparison before={model} after={other} heads={[titleOf(model), titleOf(other)]} />
        </>
      )}
    </Dialog>
  );
}
