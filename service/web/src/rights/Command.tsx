// A command as it is typed elsewhere, with a way to copy it.
import Box from "@mui/material/Box";

import { CopyButton } from "../shell/CopyButton.tsx";

export function Command({ children }: { children: string }) {
  return (
    <Box
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1,
        pl: 1.25,
        pr: 0.5,
        minHeight: "2.25rem",
        border: 1,
        borderColor: "divider",
        borderRadius: 1,
        bgcolor: "background.default",
      }}
    >
      <Box
        component="code"
        sx={{ flex: 1, minWidth: 0, py: 0.5, overflowWrap: "anywhere", fontFamily: "monospace", typography: "second" }}
      >
        {children}
      </Box>
      <CopyButton text={children} />
    </Box>
  );
}
