// A key of the keyboard, as it is printed.
import { styled } from "@mui/material/styles";

export const Key = styled("kbd")(({ theme: { vars } }) => ({
  font: "inherit",
  fontSize: "0.6875rem",
  lineHeight: "0.875rem",
  fontWeight: 500,
  padding: "1px 5px",
  border: `1px solid ${vars.palette.ours.edge}`,
  borderRadius: 3,
  color: vars.palette.ours.textSecond,
}));
