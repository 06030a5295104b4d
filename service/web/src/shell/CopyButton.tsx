// Copies a text that somebody takes elsewhere.
import { useState } from "react";
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [isDone, setDone] = useState(false);
  return (
    <Button
      size="small"
      variant="text"
      onClick={() => {
        // Where the browser does not let us, the text can be marked as a whole.
        navigator.clipboard.writeText(text).then(
          () => setDone(true),
          () => undefined,
        );
      }}
    >
      <span role="status">{t(isDone ? "log.entry.copied" : "log.entry.copy")}</span>
    </Button>
  );
}
