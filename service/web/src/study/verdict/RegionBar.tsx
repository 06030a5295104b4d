// While a region is drawn: what to do, and a way to do it in numbers, which needs no hand on the radiograph.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useTranslation } from "react-i18next";

import type { Label } from "../../findings/call.ts";
import { type Point, rectangle } from "../image/place.ts";
import { hasArea } from "./content.ts";

const EDGES = ["left", "top", "right", "bottom"] as const;
type Edge = (typeof EDGES)[number];
type Percents = Record<Edge, string>;

const MIDDLE: Percents = { left: "40", top: "40", right: "60", bottom: "60" };

interface Props {
  label: Label;
  canFinish: boolean;
  onFinish: () => void;
  /** Shows on the radiograph what the numbers say so far. */
  onShow: (points: readonly Point[]) => void;
  onNumbers: (points: readonly Point[]) => void;
  onCancel: () => void;
}

export function RegionBar({ label, canFinish, onFinish, onShow, onNumbers, onCancel }: Props) {
  const { t } = useTranslation();
  const [numbers, setNumbers] = useState<Percents | null>(null);
  const area = numbers && areaOf(numbers);
  const write = (next: Percents) => {
    setNumbers(next);
    onShow(areaOf(next) ?? []);
  };
  return (
    <Box
      role="group"
      aria-label={t("study.region.title", { label: t(`label.${label}`) })}
      onPointerDown={(event) => event.stopPropagation()}
      sx={{
        position: "absolute",
        top: 8,
        left: 8,
        right: 8,
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1,
        p: 1,
        borderRadius: 1,
        border: 1,
        borderColor: "ours.edge",
        bgcolor: "background.paper",
        typography: "second",
      }}
    >
      <Box component="span" role="status" sx={{ flex: "1 1 18rem" }}>
        <b>{t("study.region.title", { label: t(`label.${label}`) })}</b> {t("study.region.how")}
      </Box>
      {numbers && (
        <>
          {EDGES.map((edge) => (
            <Box key={edge} component="label" sx={{ display: "flex", alignItems: "center", gap: 0.5 }}>
              {t(`study.region.${edge}`)}
              <OutlinedInput
                value={numbers[edge]}
                inputProps={{ inputMode: "decimal" }}
                onChange={({ target }) => write({ ...numbers, [edge]: target.value })}
                sx={{ width: "4rem" }}
              />
            </Box>
          ))}
          <Button disabled={!area} onClick={() => area && onNumbers(area)}>
            {t("study.region.add")}
          </Button>
        </>
      )}
      {!numbers && (
        <Button variant="text" onClick={() => write(MIDDLE)}>
          {t("study.region.numbers")}
        </Button>
      )}
      {canFinish && !numbers && <Button onClick={onFinish}>{t("study.region.finish")}</Button>}
      <Button variant="text" onClick={onCancel}>
        {t("study.cancel")}
      </Button>
    </Box>
  );
}

/** The rectangle that the numbers say, in fractions; null: they say none. */
export function areaOf(percents: Percents): Point[] | null {
  const [left, top, right, bottom] = EDGES.map(
    (edge) => Number(percents[edge].replace(",", ".").trim() || "NaN") / 100,
  );
  if (![left, top, right, bottom].every((edge) => edge !== undefined && edge >= 0 && edge <= 1)) return null;
  const area = rectangle([left ?? 0, top ?? 0], [right ?? 0, bottom ?? 0]);
  return hasArea(area) ? area : null;
}
