// Where results go: how much is on its way, what was refused, and whether each place answers when it is asked now.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { Panel } from "../figures/Panel.tsx";
import { Table } from "../figures/Table.tsx";
import { useFigures } from "../figures/useFigures.ts";
import { SignAgain, SignDelivered, SignParked, SignWarning } from "../shell/icons.tsx";
import type { Checked, Destination } from "./read.ts";
import { useChecks } from "./useChecks.ts";

const COLUMNS = ["destination", "moving", "parked", "delivered", "state"] as const;

interface Props {
  destinations: readonly Destination[] | undefined;
  /** When they were read. */
  at: string | undefined;
}

export function DestinationsPanel({ destinations, at }: Props) {
  const { t } = useTranslation();
  const checks = useChecks();
  const spoken = (answers: boolean) => t(answers ? "operations.destinations.spoken" : "operations.destinations.silent");
  const known = destinations?.filter(({ kind }) => kind !== "not configured") ?? [];
  return (
    <Panel
      title={t("operations.destinations.title")}
      actions={
        <Button
          startIcon={<SignAgain />}
          disabled={known.length === 0 || checks.isPending}
          onClick={() => checks.start(known.map(({ name }) => name))}
          sx={{ minWidth: "9rem" }}
        >
          {t(checks.isPending ? "operations.destinations.checking" : "operations.destinations.check")}
        </Button>
      }
    >
      {destinations?.length === 0 ? (
        <Box sx={{ px: "20px", py: 3, color: "text.secondary" }}>{t("operations.destinations.none")}</Box>
      ) : (
        <Table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={["moving", "parked", "delivered"].includes(column) ? "number" : ""}
                >
                  {t(`operations.destinations.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          {destinations && at ? (
            destinations.map((destination) => (
              <Row
                key={destination.name}
                destination={destination}
                at={at}
                checked={checks.results.get(destination.name)}
              />
            ))
          ) : (
            <tbody aria-hidden>
              {[0, 1].map((row) => (
                <tr key={row}>
                  <td colSpan={COLUMNS.length}>
                    <Skeleton animation={false} width="80%" />
                    <Skeleton animation={false} width="50%" />
                  </td>
                </tr>
              ))}
            </tbody>
          )}
        </Table>
      )}
      <Box role="status" sx={visuallyHidden}>
        {!checks.isPending &&
          [...checks.results].map(([name, { answers }]) => `${name}: ${spoken(answers)}`).join(", ")}
      </Box>
    </Panel>
  );
}

function Row({ destination, at, checked }: { destination: Destination; at: string; checked: Checked | undefined }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const { name, kind, address, unfinished, parked, failing } = destination;
  const last = destination.last_delivered_at;
  const own = parked || failing ? destination.last_error : "";
  // Of a destination that is gone the words are Diafan's own, and its state says them.
  const words = kind === "not configured" ? "" : checked && !checked.answers ? checked.error : own;
  return (
    <tbody>
      <tr>
        <th scope="row">
          <Box sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{name}</Box>
          <Typography variant="caption" component="div" sx={{ color: "text.disabled", overflowWrap: "anywhere" }}>
            {t(`operations.destinations.kind.${kind}`)}
            {address && ` · ${address}`}
          </Typography>
        </th>
        <td className="number">{figures.count(unfinished)}</td>
        <Box component="td" className="number" sx={{ color: parked ? "error.main" : "text.disabled" }}>
          {figures.count(parked)}
        </Box>
        <td className="number">{figures.count(destination.delivered_last_day)}</td>
        <td>
          <State destination={destination} checked={checked} />
          <Typography variant="caption" component="div" sx={{ color: "text.disabled" }}>
            {last === null
              ? t("operations.destinations.never")
              : t("operations.destinations.ago", { time: figures.past((Date.parse(at) - Date.parse(last)) / 1000) })}
          </Typography>
        </td>
      </tr>
      {words && (
        <Box
          component="tr"
          sx={{ "&&": { borderTop: 0 }, "& td": { "&&": { pt: 0, pl: "20px" }, overflowWrap: "anywhere" } }}
        >
          <Box component="td" colSpan={COLUMNS.length} sx={{ typography: "second", color: "text.secondary" }}>
            {t("operations.destinations.words", { text: words })}
          </Box>
        </Box>
      )}
    </tbody>
  );
}

function State({ destination, checked }: { destination: Destination; checked: Checked | undefined }) {
  const { t } = useTranslation();
  const figures = useFigures();
  const [colour, Sign, word] = ((): [string, typeof SignDelivered | null, string] => {
    if (checked?.answers)
      return [
        "success.main",
        SignDelivered,
        t("operations.destinations.answers", { time: figures.duration(checked.took_ms / 1000) }),
      ];
    if (checked) return ["error.main", SignWarning, t("operations.destinations.silent")];
    if (destination.kind === "not configured") return ["error.main", SignWarning, t("operations.destinations.gone")];
    if (destination.failing) return ["error.main", SignWarning, t("operations.destinations.failing")];
    if (destination.parked) return ["error.main", SignParked, t("operations.destinations.isParked")];
    if (destination.last_delivered_at) return ["success.main", SignDelivered, t("operations.destinations.fine")];
    return ["text.disabled", null, t("operations.destinations.unchecked")];
  })();
  return (
    <Box sx={{ display: "flex", gap: 0.75, color: colour, minWidth: "9rem" }}>
      {Sign && (
        <Box component="span" sx={{ pt: "2px" }}>
          <Sign />
        </Box>
      )}
      {word}
    </Box>
  );
}
