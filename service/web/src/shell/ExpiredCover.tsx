// Over a page whose session has ended: nobody who passes by reads it, and nothing on it is lost.
import { useState } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { SIGNED_IN_PATH, signInAddress } from "../api/session.ts";

export function ExpiredCover() {
  const { t } = useTranslation();
  const [waiting, setWaiting] = useState(false);
  return (
    <Dialog
      open
      role="alertdialog"
      aria-labelledby="expired-title"
      aria-describedby="expired-text"
      maxWidth="xs"
      slotProps={{ backdrop: { sx: { backgroundColor: "background.default" } } }}
    >
      <Typography id="expired-title" variant="h1">
        {t("expired.title")}
      </Typography>
      <Typography id="expired-text" sx={{ mt: 1, color: "text.secondary" }}>
        {t("expired.text")}
      </Typography>
      <Box sx={{ mt: 3, display: "flex", gap: 1 }}>
        <Button
          variant="contained"
          href={signInAddress(SIGNED_IN_PATH)}
          target="_blank"
          rel="opener"
          onClick={() => setWaiting(true)}
        >
          {t("expired.button")}
        </Button>
        <Button variant="text" href="/app/">
          {t("expired.leave")}
        </Button>
      </Box>
      <Typography role="status" variant="second" sx={{ mt: 2, minHeight: "1.2em", color: "text.secondary" }}>
        {waiting && t("expired.waiting")}
      </Typography>
    </Dialog>
  );
}
