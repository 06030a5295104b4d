// What is held of a patient before an erasure: how much, how long it has to be kept and why, and who was told of it.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { Table } from "../figures/Table.tsx";
import { SignDelivered, SignLock, SignWarning } from "../shell/icons.tsx";
import type { Held } from "./read.ts";
import { useCounts } from "./useCounts.ts";
import { useDays } from "./useDays.ts";

export function HeldFigures({ held }: { held: Held }) {
  const { t } = useTranslation();
  const countsOf = useCounts();
  const { studies, images, results, reports, verdicts } = held;
  if (studies === 0)
    return (
      <Box component="p" sx={{ m: 0 }}>
        {t("rights.held.nothing")}
      </Box>
    );
  return (
    <>
      <Box component="p" sx={{ m: 0 }}>
        {countsOf({ studies, images, results, reports, verdicts })}
      </Box>
      <Duty held={held} />
      <Typography variant="h3" component="h3" sx={{ mt: 2.5, color: "text.secondary" }}>
        {t("rights.held.told")}
      </Typography>
      {held.told.length > 0 ? (
        <ToldTable held={held} />
      ) : (
        <Box component="p" sx={{ m: 0, mt: 0.5 }}>
          {t("rights.held.nobody")}
        </Box>
      )}
      {held.on_their_way > 0 && (
        <Box sx={{ mt: 1, display: "flex", gap: 0.75, color: "warning.main" }}>
          <Box component="span" sx={{ pt: "2px" }}>
            <SignWarning />
          </Box>
          {t("rights.held.onTheirWay", { count: held.on_their_way, formatted: String(held.on_their_way) })}
        </Box>
      )}
    </>
  );
}

function Duty({ held: { kept_until, retention_years } }: { held: Held }) {
  const { t } = useTranslation();
  const { day } = useDays();
  const years = retention_years;
  const [colour, sign, what, why] = kept_until
    ? [
        "warning.main",
        <SignLock key="sign" />,
        t("rights.held.keptUntil", { date: day(kept_until) }),
        t("rights.held.keptWhy", { years }),
      ]
    : [
        "success.main",
        <SignDelivered key="sign" />,
        t("rights.held.free"),
        years ? t("rights.held.freeWhy", { years }) : t("rights.held.freeNever"),
      ];
  return (
    <Box sx={{ mt: 1.5, p: 1.5, border: 1, borderColor: "divider", borderRadius: 1, bgcolor: "background.default" }}>
      <Box sx={{ display: "flex", gap: 0.75, fontWeight: 600, color: colour }}>
        <Box component="span" sx={{ pt: "2px" }}>
          {sign}
        </Box>
        {what}
      </Box>
      <Box sx={{ mt: 0.5, typography: "second", color: "text.secondary" }}>{why}</Box>
    </Box>
  );
}

function ToldTable({ held: { told } }: { held: Held }) {
  const { t } = useTranslation();
  return (
    <Table sx={{ mt: 0.5, "& th:first-of-type": { pl: 0 } }}>
      <thead>
        <tr>
          <th scope="col">{t("rights.held.place")}</th>
          <th scope="col" className="number">
            {t("rights.held.studies")}
          </th>
          <th scope="col" className="number">
            {t("rights.held.withdrawn")}
          </th>
        </tr>
      </thead>
      <tbody>
        {told.map(({ destination, studies, withdrawn, is_configured }) => (
          <tr key={destination}>
            <th scope="row">
              {destination}
              {!is_configured && (
                <Box component="span" sx={{ display: "block", typography: "second", color: "warning.main" }}>
                  {t("rights.held.homeless")}
                </Box>
              )}
            </th>
            <td className="number">{studies}</td>
            <td className="number">{withdrawn}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
