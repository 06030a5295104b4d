// Which model it is, whether it answers now, what it is for, and what can be done with it.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { useFigures } from "../figures/useFigures.ts";
import { SignDelivered } from "../shell/icons.tsx";
import { useSession } from "../shell/sessionContext.ts";
import { CardDialog } from "./CardDialog.tsx";
import { ChooseDialog } from "./ChooseDialog.tsx";
import { CompareDialog } from "./CompareDialog.tsx";
import { type Model, titleOf } from "./read.ts";

interface Props {
  model: Model;
  models: readonly Model[];
  onChosen: (model: Model, changed: boolean) => void;
}

export function ModelHead({ model, models, onChosen }: Props) {
  const { t } = useTranslation();
  const figures = useFigures();
  const mayChoose = useSession().scopes.includes("model.write");
  const [open, setOpen] = useState<"card" | "compare" | "choose" | null>(null);
  const close = () => setOpen(null);
  const inUse = models.find((one) => one.in_use);
  const others = models.filter((one) => !one.in_use);
  const beside = models.filter((one) => one !== model);
  const first = model.in_use ? others[0] : model;
  return (
    <Box sx={{ display: "flex", alignItems: "flex-start", flexWrap: "wrap", gap: 2, pt: 1.75 }}>
      <Box sx={{ flex: 1, minWidth: "20rem" }}>
        <Box sx={{ display: "flex", alignItems: "baseline", flexWrap: "wrap", columnGap: 1.5 }}>
          <Typography variant="h1" sx={{ overflowWrap: "anywhere" }}>
            {titleOf(model)}
          </Typography>
          {model.in_use ? (
            <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, color: "success.main" }}>
              <SignDelivered />
              {model.since ? t("models.inUseSince", { day: figures.day(model.since) }) : t("models.inUse")}
            </Box>
          ) : (
            <Box sx={{ color: "text.disabled" }}>{t("models.notInUse")}</Box>
          )}
        </Box>
        <Box sx={{ color: "text.secondary" }}>
          {t("models.use")} {t("models.seen", { px: model.detail_px, cells: model.map_cells })}
        </Box>
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        {model.evaluated && <Button onClick={() => setOpen("card")}>{t("models.wholeCard")}</Button>}
        {beside.length > 0 && <Button onClick={() => setOpen("compare")}>{t("models.compare")}</Button>}
        {mayChoose && first && inUse && (
          <Button onClick={() => setOpen("choose")}>{t(model.in_use ? "models.useAnother" : "models.useThis")}</Button>
        )}
      </Box>
      <CardDialog model={model} open={open === "card"} onClose={close} />
      <CompareDialog model={model} others={beside} open={open === "compare"} onClose={close} />
      {open === "choose" && inUse && first && (
        <ChooseDialog
          inUse={inUse}
          others={others}
          first={first}
          onClose={close}
          onDone={(chosen, changed) => {
            close();
            onChosen(chosen, changed);
          }}
        />
      )}
    </Box>
  );
}
