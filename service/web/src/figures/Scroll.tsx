// A part that may be wider than its place: it scrolls by itself, by keys as by pointer, and not the page.
import Box from "@mui/material/Box";

export function Scroll({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    // Who has no pointer must be able to scroll it (WCAG 2.1.1).
    <Box
      role="group"
      aria-label={label}
      tabIndex={0}
      sx={{ overflowX: "auto", "&:focus-visible": { outlineOffset: -2 } }}
    >
      {children}
    </Box>
  );
}
