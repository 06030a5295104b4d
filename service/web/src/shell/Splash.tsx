// What stands there while it is not known who is here: the mark, and after a moment a word.
import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";
import visuallyHidden from "@mui/utils/visuallyHidden";

import { Mark } from "./Mark.tsx";

export function Splash() {
  const { t } = useTranslation();
  return (
    <Box role="status" sx={{ height: "100%", display: "grid", placeContent: "center", opacity: 0.5 }}>
      <Mark size="3rem" />
      <Box component="span" sx={visuallyHidden}>
        {t("loading")}
      </Box>
    </Box>
  );
}
