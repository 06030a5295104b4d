// A word to the person over the page's foot: it covers a little, and moves nothing.
import Paper from "@mui/material/Paper";

import { FOOT_REM } from "../theme/tokens.ts";

export function Notice({ role, children }: { role: "alert" | "status"; children: React.ReactNode }) {
  return (
    <Paper
      role={role}
      sx={{
        position: "fixed",
        zIndex: "snackbar",
        bottom: `calc(${FOOT_REM}rem + 16px)`,
        left: "50%",
        transform: "translateX(-50%)",
        maxWidth: "min(46rem, calc(100vw - 32px))",
        width: "max-content",
        display: "flex",
        alignItems: "center",
        gap: 2,
        px: 2,
        py: 1.25,
        border: 1,
        borderColor: "ours.edge",
        boxShadow: "0 8px 28px rgb(0 0 0 / 0.45)",
      }}
    >
      {children}
    </Paper>
  );
}
