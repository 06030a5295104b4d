// The moment of decision: what is signed, by whom, what it sets going, and whose it is.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import type { Schemas } from "../../api/client.ts";
import { ProblemError, UnreachableError } from "../../api/problem.ts";
import { useSession } from "../../shell/sessionContext.ts";
import { en } from "../../words/en.ts";
import { type Calls, type Content, ownOf } from "./content.ts";
import { beside } from "./VerdictRow.tsx";

interface Props {
  kind: Schemas["ReviewKind"];
  content: Content;
  calls: Calls;
  onSign: () => Promise<void>;
  onClose: () => void;
}

type Refusal = keyof (typeof en)["study"]["refused"];
const isKnown = (kind: string): kind is Refusal => kind in en.study.refused;

export function SignDialog({ kind, content, calls, onSign, onClose }: Props) {
  const { t } = useTranslation();
  const { name } = useSession();
  const [isSigning, setSigning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const sign = async () => {
    setSigning(true);
    setError(null);
    try {
      await onSign();
      onClose();
    } catch (refused) {
      setError(refused);
      setSigning(false);
    }
  };
  return (
    <Dialog
      open
      onClose={isSigning ? undefined : onClose}
      aria-labelledby="sign-title"
      aria-describedby="sign-text"
      maxWidth="sm"
      fullWidth
    >
      <Typography id="sign-title" variant="h1">
        {t(`study.sign.title.${kind}`)}
      </Typography>
      <Typography id="sign-text" sx={{ mt: 1 }}>
        {t("study.sign.yours", { name })}
      </Typography>
      <Box
        component="ul"
        sx={{
          listStyle: "none",
          m: 0,
          my: 2,
          p: "10px 14px",
          border: 1,
          borderColor: "divider",
          borderRadius: 1,
          typography: "body1",
        }}
      >
        {content.verdicts.map((verdict) => {
          const call = calls.get(verdict.label) ?? "not assessed";
          const own = ownOf(call, verdict);
          return (
            <Box component="li" key={verdict.label} sx={{ display: "flex", gap: 1.5, py: 0.25 }}>
              <Box component="span" sx={{ flex: 1 }}>
                {t(`label.${verdict.label}`)}
              </Box>
              <Box component="span" sx={{ fontWeight: 600 }}>
                {own && t(`study.own.${own}`)}
              </Box>
              <Box component="span" sx={{ minWidth: "10rem", textAlign: "right", color: "text.secondary" }}>
                {own && t(`study.verdict.${beside(call, own)}`)}
              </Box>
            </Box>
          );
        })}
        {content.verdicts.length === 0 && <li>{t("study.sign.noVerdicts")}</li>}
        {content.regions.length > 0 && <li>{t("study.region.count", { count: content.regions.length })}</li>}
        {content.text && (
          <Box
            component="li"
            sx={{
              mt: 1,
              pt: 1,
              borderTop: 1,
              borderColor: "divider",
              whiteSpace: "pre-wrap",
              overflowWrap: "anywhere",
              maxHeight: "9rem",
              overflowY: "auto",
            }}
          >
            {content.text}
          </Box>
        )}
      </Box>
      <Typography variant="second" sx={{ color: "text.secondary" }}>
        {t(`study.sign.after.${kind}`)}
      </Typography>
      <Typography variant="second" sx={{ mt: 0.5, color: "text.secondary" }}>
        {t("supports")}
      </Typography>
      {error !== null && (
        <Typography role="alert" sx={{ mt: 1.5, color: "error.main" }}>
          <SignError error={error} />
        </Typography>
      )}
      <Box sx={{ mt: 3, display: "flex", gap: 1 }}>
        <Button variant="contained" disabled={isSigning} onClick={() => void sign()}>
          {t(isSigning ? "study.sign.signing" : "study.sign.button")}
        </Button>
        <Button variant="text" disabled={isSigning} onClick={onClose}>
          {t("study.cancel")}
        </Button>
      </Box>
    </Dialog>
  );
}

function SignError({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error instanceof ProblemError && isKnown(error.kind)) return t(`study.refused.${error.kind}`);
  if (error instanceof UnreachableError) return t("study.sign.noAnswer");
  return `${t("study.sign.failed")} ${error instanceof ProblemError && error.requestId ? t("failure.request", { id: error.requestId }) : ""}`;
}
