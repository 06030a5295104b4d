// Says when Diafan does not answer, and that nothing is lost.
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { ask, useReach } from "../api/reach.ts";
import { Notice } from "./Notice.tsx";
import { SignAway } from "./icons.tsx";

export function ReachNotice() {
  const { t } = useTranslation();
  if (useReach()) return null;
  return (
    <Notice role="alert">
      <Box sx={{ color: "error.main" }}>
        <SignAway />
      </Box>
      <div>
        <Typography sx={{ fontWeight: 600 }}>{t("down.text")}</Typography>
        <Typography variant="second" sx={{ color: "text.secondary" }}>
          {t("down.detail")}
        </Typography>
      </div>
      <Button onClick={() => void ask()}>{t("down.tryNow")}</Button>
    </Notice>
  );
}
