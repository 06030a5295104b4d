// A part of a page with a heading of its own: a frame, a line of what it is and what can be done, and its content.
import { useId } from "react";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

interface Props {
  title: string;
  /** Beside the title, quieter. */
  note?: React.ReactNode;
  actions?: React.ReactNode;
  children: React.ReactNode;
}

export function Panel({ title, note, actions, children }: Props) {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{
        minWidth: 0,
        border: 1,
        borderColor: "divider",
        borderRadius: "6px",
        bgcolor: "background.paper",
        overflow: "hidden",
      }}
    >
      <Box
        sx={{
          minHeight: "3.25rem",
          display: "flex",
          alignItems: "center",
          flexWrap: "wrap",
          columnGap: 1.5,
          px: "20px",
          py: 1,
          borderBottom: 1,
          borderColor: "divider",
        }}
      >
        <Typography variant="h2" id={id}>
          {title}
        </Typography>
        {note && (
          <Typography variant="second" component="span" sx={{ color: "text.disabled" }}>
            {note}
          </Typography>
        )}
        <Box sx={{ flex: 1 }} />
        {actions}
      </Box>
      {children}
    </Box>
  );
}
