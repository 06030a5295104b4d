// The whole card of a model, as its author wrote it.
import { lazy, Suspense } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Failure } from "../shell/Failure.tsx";
import { cardQuery, type Model, titleOf } from "./read.ts";

const Markdown = lazy(async () => ({ default: (await import("./Markdown.tsx")).Markdown }));

interface Props {
  model: Model;
  open: boolean;
  onClose: () => void;
}

export function CardDialog({ model, open, onClose }: Props) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({ ...cardQuery(model), enabled: open && model.evaluated });
  return (
    <Dialog open={open} onClose={onClose} fullWidth maxWidth="lg" aria-labelledby="card-title">
      <Box sx={{ display: "flex", alignItems: "center", gap: 2 }}>
        <Typography id="card-title" variant="h1" sx={{ flex: 1 }}>
          {t("models.card.title", { model: titleOf(model) })}
        </Typography>
        <Button onClick={onClose}>{t("close")}</Button>
      </Box>
      <Box
        role="region"
        aria-labelledby="card-title"
        tabIndex={0}
        sx={{ mt: 2, height: "min(70vh, 60rem)", overflow: "auto", pr: 1, "&:focus-visible": { outlineOffset: -2 } }}
      >
        {data !== undefined ? (
          <Suspense fallback={<CardBones />}>
            <Markdown text={withoutTitle(data)} model={model} />
          </Suspense>
        ) : error ? (
          <Failure error={error} title={t("models.card.failed")} onRetry={() => void refetch()} />
        ) : (
          <CardBones />
        )}
      </Box>
    </Dialog>
  );
}

/** The dialog has the title already. */
function withoutTitle(card: string): string {
  return card.replace(/^# .*\n/, "");
}

export function CardBones() {
  return (
    <Box aria-hidden sx={{ maxWidth: "64rem" }}>
      {[90, 96, 70, 94, 60].map((width) => (
        <Skeleton key={width} animation={false} width={`${width}%`} />
      ))}
    </Box>
  );
}
