// What a correction does, who hears of it, and what it leaves as it is; then it is done, once the person has compared.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { SignWarning } from "../shell/icons.tsx";
import { DoButton } from "./DoButton.tsx";
import { type Effect, type Preview, rectify } from "./rectification.ts";

const MADE = ["images", "results", "reports"] as const;
const LEFT = ["right", "others", "not_held", "undecodable", "withdrawn"] as const;

export function RectifyStep({ preview: { correction, effect: would } }: { preview: Preview }) {
  const { t } = useTranslation();
  const [isCompared, setCompared] = useState(false);
  const left = LEFT.filter((one) => would[one] > 0);
  const isAny = would.images > 0;
  return (
    <>
      {isAny ? (
        <>
          <Lines>{MADE.map((one) => t(`rights.correction.do.${one}`, { count: would[one] }))}</Lines>
          {would.joins && <Warning>{t("rights.correction.do.joins")}</Warning>}
          {would.signed > 0 && <Warning>{t("rights.correction.do.signed", { count: would.signed })}</Warning>}
          <Told would={would} />
        </>
      ) : (
        <Box component="p" sx={{ m: 0 }}>
          {t("rights.correction.do.nothing")}
        </Box>
      )}
      {left.length > 0 && (
        <Part title={t("rights.correction.do.left")}>
          <Lines>{left.map((one) => t(`rights.correction.left.${one}`, { count: would[one] }))}</Lines>
        </Part>
      )}
      {isAny && (
        <>
          <FormControlLabel
            control={
              <Checkbox
                size="small"
                checked={isCompared}
                onChange={(_, on) => setCompared(on)}
                sx={{ p: 0.5, mr: 0.5 }}
              />
            }
            label={t("rights.correction.do.compared")}
            sx={{ ml: "-4px", mt: 2 }}
          />
          <DoButton
            word={t("rights.correction.do.button")}
            running={t("rights.correction.do.running")}
            failed={t("rights.correction.do.failed")}
            isReady={isCompared}
            act={async () => {
              const { images, declined } = await rectify(correction);
              const done = t("rights.correction.do.done", { count: images });
              return declined > 0 ? `${done} ${t("rights.correction.do.declined", { count: declined })}` : done;
            }}
          />
        </>
      )}
    </>
  );
}

function Told({ would: { places, homeless } }: { would: Effect }) {
  const { t } = useTranslation();
  return (
    <Part title={t("rights.correction.do.told")}>
      {places.length + homeless.length > 0 ? (
        <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
          {places.map((name) => (
            <li key={name}>{name}</li>
          ))}
          {homeless.map((name) => (
            <li key={name}>
              {name}:{" "}
              <Box component="span" sx={{ color: "warning.main" }}>
                {t("rights.held.homeless")}
              </Box>
            </li>
          ))}
        </Box>
      ) : (
        <Box component="p" sx={{ m: 0, mt: 0.5 }}>
          {t("rights.held.nobody")}
        </Box>
      )}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mt: 2 }}>
      <Typography variant="h3" component="h3" id={id} sx={{ color: "text.secondary" }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}

function Lines({ children }: { children: readonly string[] }) {
  return (
    <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
      {children.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </Box>
  );
}

function Warning({ children }: { children: React.ReactNode }) {
  return (
    <Box sx={{ mt: 1, display: "flex", gap: 0.75, color: "warning.main" }}>
      <Box component="span" sx={{ pt: "2px" }}>
        <SignWarning />
      </Box>
      {children}
    </Box>
  );
}
