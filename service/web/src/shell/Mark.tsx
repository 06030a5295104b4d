// Diafan's mark: two discs that light goes through, and what is seen where both overlap.
import SvgIcon from "@mui/material/SvgIcon";

export function Mark({ size = "1.375rem" }: { size?: string }) {
  return (
    <SvgIcon viewBox="0 0 24 24" sx={{ fontSize: size }}>
      <g fill="none" stroke="currentColor" strokeWidth="1.6">
        <circle cx="9" cy="12" r="7.2" />
        <circle cx="15" cy="12" r="7.2" />
      </g>
      <SvgLens />
    </SvgIcon>
  );
}

function SvgLens() {
  return <path d="M12 5.46a7.2 7.2 0 0 1 0 13.08 7.2 7.2 0 0 1 0-13.08Z" fill="var(--mui-palette-ours-present)" />;
}
