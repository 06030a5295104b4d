// To whom an answer is sealed: public keys of age, and how somebody comes by one.
import { useId, useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

import { SignMore } from "../shell/icons.tsx";
import { faultOf, type KeyFault } from "./recipient.ts";
import { TextField } from "./TextField.tsx";

interface Props {
  typed: string;
  onType: (typed: string) => void;
  /** The service found that one of them is none. */
  isRefused: boolean;
  onDone: () => void;
}

export function RecipientStep({ typed, onType, isRefused, onDone }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [fault, setFault] = useState<KeyFault | "notOne" | null>(isRefused ? "notOne" : null);
  const [isTold, setTold] = useState(false);
  return (
    <Box
      component="form"
      noValidate
      autoComplete="off"
      onSubmit={(event: React.SyntheticEvent) => {
        event.preventDefault();
        const found = faultOf(typed);
        setFault(found);
        if (!found) onDone();
      }}
    >
      <Box component="p" sx={{ m: 0, color: "text.secondary" }}>
        {t("rights.recipient.text")}
      </Box>
      <Button
        variant="text"
        size="small"
        aria-expanded={isTold}
        aria-controls={id}
        endIcon={
          <Box component="span" sx={{ display: "flex", transform: isTold ? "rotate(180deg)" : "none" }}>
            <SignMore />
          </Box>
        }
        onClick={() => setTold(!isTold)}
        sx={{ my: 0.75, ml: -1.5 }}
      >
        {t("rights.recipient.how")}
      </Button>
      <Box component="p" id={id} hidden={!isTold} sx={{ m: 0, mb: 1, color: "text.secondary" }}>
        {t("rights.recipient.howText")}
      </Box>
      <Box sx={{ mt: 0.5 }}>
        <TextField
          id="recipient-keys"
          word={t("rights.recipient.key")}
          more={t("rights.recipient.several")}
          value={typed}
          wrong={fault && t(`rights.recipient.${fault}`)}
          isKeys
          isFirst
          onChange={(next) => {
            onType(next);
            // A private key is told at once: it should not stand here a moment longer.
            setFault(faultOf(next) === "secret" ? "secret" : null);
          }}
        />
      </Box>
      <Box component="p" sx={{ m: 0, mt: 1, typography: "second", color: "text.secondary" }}>
        {t("rights.recipient.trust")}
      </Box>
      <Button type="submit" variant="contained" sx={{ mt: 1.5 }}>
        {t("rights.recipient.button")}
      </Button>
    </Box>
  );
}
