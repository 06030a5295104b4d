// Whether what is written is kept: always said, and in one place.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import { useTimes } from "../../worklist/useTimes.ts";
import type { Keeping } from "./keeper.ts";

export function KeptState({ keeping }: { keeping: Keeping | undefined }) {
  const { t } = useTranslation();
  const times = useTimes(0);
  const isWrong = keeping?.state === "unkept" || keeping?.state === "conflict";
  const words =
    !keeping || keeping.state === "nothing"
      ? ""
      : keeping.state === "kept"
        ? t("study.kept.kept", { time: times.hour(keeping.at) })
        : keeping.state === "waiting"
          ? t("study.kept.waiting")
          : keeping.state === "conflict"
            ? t("study.kept.conflict")
            : t(`study.kept.${keeping.why}`);
  return (
    <Box
      component="span"
      // What goes well is not said aloud at each pause in typing.
      role={isWrong ? "alert" : undefined}
      sx={{ typography: "caption", color: isWrong ? "error.main" : "text.disabled", textAlign: "right" }}
    >
      {words}
    </Box>
  );
}
