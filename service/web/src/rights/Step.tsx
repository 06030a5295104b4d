// One step of a task: its number, what it asks for, and what was said. One that is done can be changed; a later one waits.
import { useEffect, useId, useRef } from "react";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import visuallyHidden from "@mui/utils/visuallyHidden";
import { useTranslation } from "react-i18next";

import { SignDelivered } from "../shell/icons.tsx";

export type Stand = "done" | "now" | "later";

interface Props {
  number: number;
  title: string;
  /** "now" where the steps of a task may be taken in any order. */
  stand?: Stand;
  /** What was said, while the step is done. */
  summary?: React.ReactNode;
  onChange?: () => void;
  /** Nothing comes after it. */
  isLast?: boolean;
  children?: React.ReactNode;
}

/** How a step stands when the person is `at` another one. */
export function standOf(number: number, at: number): Stand {
  return number < at ? "done" : number === at ? "now" : "later";
}

export function Step({ number, title, stand = "now", summary, onChange, isLast = false, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(stand);
  useEffect(() => {
    // Who listens, or works with keys, goes on where the page went on.
    const isInside = heading.current?.closest("section")?.contains(document.activeElement);
    if (before.current !== stand && stand === "now" && !isInside) heading.current?.focus();
    before.current = stand;
  }, [stand]);
  return (
    <Box
      component="li"
      aria-current={stand === "now" && onChange ? "step" : undefined}
      sx={{ display: "grid", gridTemplateColumns: "1.75rem minmax(0, 1fr)", columnGap: 2 }}
    >
      <Box aria-hidden sx={{ display: "flex", flexDirection: "column", alignItems: "center" }}>
        <Badge stand={stand} number={number} />
        {!isLast && <Box sx={{ flex: 1, width: "1px", bgcolor: "divider", my: 0.75 }} />}
      </Box>
      <Box component="section" aria-labelledby={id} sx={{ minWidth: 0, pb: isLast ? 0 : 3 }}>
        <Box sx={{ minHeight: "1.75rem", display: "flex", alignItems: "center", gap: 1 }}>
          <Typography
            variant="h2"
            id={id}
            ref={heading}
            tabIndex={-1}
            sx={{ color: stand === "later" ? "text.disabled" : "text.primary", "&:focus-visible": { outline: "none" } }}
          >
            <Box component="span" sx={visuallyHidden}>
              {t("rights.step", { number })}:{" "}
            </Box>
            {title}
            {stand !== "now" && (
              <Box component="span" sx={visuallyHidden}>
                , {t(stand === "done" ? "rights.done" : "rights.later")}
              </Box>
            )}
          </Typography>
          <Box sx={{ flex: 1 }} />
          {stand === "done" && onChange && (
            <Button variant="text" size="small" aria-describedby={id} onClick={onChange} sx={{ mr: -1.25 }}>
              {t("rights.change")}
            </Button>
          )}
        </Box>
        {stand === "done" && summary && <Box sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>{summary}</Box>}
        {stand === "now" && <Box sx={{ mt: 0.5 }}>{children}</Box>}
      </Box>
    </Box>
  );
}

function Badge({ stand, number }: { stand: Stand; number: number }) {
  return (
    <Box
      sx={{
        width: "1.75rem",
        height: "1.75rem",
        flex: "none",
        display: "grid",
        placeItems: "center",
        borderRadius: "50%",
        border: 1,
        typography: "second",
        fontWeight: 600,
        borderColor: stand === "later" ? "divider" : stand === "now" ? "primary.main" : "ours.edge",
        bgcolor: stand === "now" ? "primary.main" : "transparent",
        color: stand === "now" ? "primary.contrastText" : stand === "done" ? "success.main" : "text.disabled",
      }}
    >
      {stand === "done" ? <SignDelivered /> : number}
    </Box>
  );
}

/** The steps of a task, in their order. */
export function Steps({ children }: { children: React.ReactNode }) {
  return (
    <Box component="ol" sx={{ listStyle: "none", m: 0, mt: 3, p: 0 }}>
      {children}
    </Box>
  );
}
