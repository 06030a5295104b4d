// What went wrong, in words that say what to do.
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";

import { isStatus, passes, ProblemError } from "../api/problem.ts";
import { Centred } from "./Centred.tsx";

interface Props {
  error: unknown;
  /** What could not be shown. */
  title?: string;
  /** The page has no other heading. */
  isPage?: boolean;
  onRetry?: () => void;
}

/** Shows an error in place of what could not be shown. */
export function Failure({ error, title, isPage = false, onRetry }: Props) {
  const { t } = useTranslation();
  const forbidden = isStatus(error, 403);
  const [words, detail] = forbidden
    ? [t("failure.forbidden"), t("failure.forbiddenDetail")]
    : passes(error)
      ? [title ?? t("failure.unavailable"), t("failure.unavailableDetail")]
      : [title ?? t("failure.other"), error instanceof ProblemError ? error.message : undefined];
  return (
    <Centred role="alert" isPage={isPage} title={words} text={detail}>
      {onRetry && !forbidden && <Button onClick={onRetry}>{t("tryAgain")}</Button>}
      {error instanceof ProblemError && error.requestId && (
        <Typography variant="caption" sx={{ color: "text.disabled", alignSelf: "center", userSelect: "all" }}>
          {t("failure.request", { id: error.requestId })}
        </Typography>
      )}
    </Centred>
  );
}
