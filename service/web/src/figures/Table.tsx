// A table of figures: quiet lines, numbers that end under each other, and no more room than they need.
import { styled } from "@mui/material/styles";

export const Table = styled("table")(({ theme: { vars, typography } }) => ({
  width: "100%",
  borderCollapse: "collapse",
  "& th, & td": { textAlign: "left", verticalAlign: "top", padding: "10px 8px", fontWeight: 400 },
  // A row begins with its heading.
  "& th:first-of-type": { paddingLeft: 20 },
  "& thead th:last-of-type, & td:last-of-type": { paddingRight: 20 },
  "& thead th": { ...typography.h3, color: vars.palette.ours.textThird, paddingBlock: 8 },
  "& tbody tr": { borderTop: `1px solid ${vars.palette.ours.line}` },
  "& .number": { textAlign: "right", whiteSpace: "nowrap" },
}));
