// What a page shows when it has nothing else: a sign, a sentence, a way on. In the middle, and always at the same height.
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

interface Props {
  title: string;
  /** The page has no other heading. */
  isPage?: boolean;
  text?: string | undefined;
  /** Said at once to who listens: an alert for what went wrong, a status for what is so. */
  role?: "alert" | "status";
  sign?: React.ReactNode;
  children?: React.ReactNode;
}

export function Centred({ title, isPage = false, text, role, sign, children }: Props) {
  return (
    <Box
      role={role}
      sx={{
        height: "100%",
        display: "grid",
        placeContent: "center",
        justifyItems: "center",
        p: 3,
        textAlign: "center",
      }}
    >
      {sign && <Box sx={{ mb: 2.5, color: "text.disabled" }}>{sign}</Box>}
      <Typography variant="h2" component={isPage ? "h1" : "h2"}>
        {title}
      </Typography>
      {text && <Typography sx={{ mt: 0.75, maxWidth: "34rem", color: "text.secondary" }}>{text}</Typography>}
      {children && <Box sx={{ mt: 2.5, display: "flex", gap: 1, justifyContent: "center" }}>{children}</Box>}
    </Box>
  );
}
