// Whether the log is what was signed: asked for by its reader, said in words, and kept on the page until it is asked again; and the
// ways to take it along.
import { useQuery } from "@tanstack/react-query";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Tooltip from "@mui/material/Tooltip";
import { useTranslation } from "react-i18next";

import { SignClear, SignLock } from "../shell/icons.tsx";
import { GUTTER_PX } from "../theme/tokens.ts";
import { useNow } from "../worklist/useTimes.ts";
import { Defects } from "./Defects.tsx";
import { type Verification, verifyLog } from "./read.ts";
import { TakeAlong } from "./TakeAlong.tsx";
import { useClock } from "./useClock.ts";
import type { Wanted } from "./wanted.ts";

interface Verified {
  verification: Verification;
  at: number;
  tookMs: number;
}

interface Props {
  wanted: Wanted;
  onShow: (index: number) => void;
}

export function VerifyBar({ wanted, onShow }: Props) {
  const { t, i18n } = useTranslation();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["log-verification"],
    queryFn: async (): Promise<Verified> => {
      const begun = performance.now();
      const verification = await verifyLog();
      return { verification, at: Date.now(), tookMs: performance.now() - begun };
    },
    enabled: false,
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const isBroken = data !== undefined && !data.verification.whole;
  const colour = isFetching || !data ? "text.secondary" : isBroken ? "error.main" : "success.main";
  const Sign = isBroken ? SignClear : SignLock;
  return (
    <Box
      component="section"
      aria-label={t("log.verify.label")}
      aria-busy={isFetching}
      sx={{
        flex: "none",
        mx: `${GUTTER_PX}px`,
        mb: 1.5,
        px: 2,
        py: 1,
        bgcolor: "background.paper",
        border: 1,
        borderColor: isBroken && !isFetching ? "error.main" : "divider",
        borderRadius: 1.5,
      }}
    >
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.75, minHeight: "2.5rem" }}>
        <Box sx={{ color: colour, "& svg": { width: "1.25rem", height: "1.25rem" } }}>
          <Sign />
        </Box>
        <Box role={isBroken && !isFetching ? "alert" : "status"} sx={{ flex: 1, minWidth: 0 }}>
          {isFetching ? (
            <Words strong={t("log.verify.running")} />
          ) : error ? (
            <Words strong={t("log.verify.failed")} more={t("log.verify.how")} />
          ) : data ? (
            <Result verified={data} />
          ) : (
            <Words strong={t("log.verify.never")} more={t("log.verify.how")} />
          )}
        </Box>
        <Tooltip title={t("log.verify.how")}>
          <span>
            <Button disabled={isFetching} onClick={() => void refetch()}>
              {t(data ? "log.verify.again" : "log.verify.button")}
            </Button>
          </span>
        </Tooltip>
        <TakeAlong wanted={wanted} />
      </Box>
      {isBroken && !isFetching && <Defects defects={data.verification.defects} number={number} onShow={onShow} />}
    </Box>
  );
}

function Words({ strong, more }: { strong: string; more?: string }) {
  return (
    <>
      <Box component="strong" sx={{ fontWeight: 600 }}>
        {strong}
      </Box>{" "}
      {more && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {more}
        </Box>
      )}
    </>
  );
}

function Result({ verified: { verification, at, tookMs } }: { verified: Verified }) {
  const { t, i18n } = useTranslation();
  const clock = useClock();
  const now = useNow();
  const { size, waiting, whole, defects } = verification;
  const formatted = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
  const seconds = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const count = whole ? size : defects.length;
  const when = [clock.dayIfOther(at, now), clock.hour(at)].filter(Boolean).join(" ");
  return (
    <Words
      strong={t(whole ? "log.verify.whole" : "log.verify.broken", { count, formatted: formatted(count) })}
      more={[
        t("log.verify.when", { when, seconds: seconds.format(tookMs / 1000) }),
        !whole && t("log.verify.size", { entries: formatted(size) }),
        waiting > 0 && t("log.verify.waiting", { count: waiting, formatted: formatted(waiting) }),
        t(whole ? "log.verify.limit" : "log.verify.todo"),
      ]
        .filter(Boolean)
        .join(" ")}
    />
  );
}
