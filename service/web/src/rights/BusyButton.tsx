// A button that does nothing while something is on its way. It is not disabled: that would take the focus away.
import Button, { type ButtonProps } from "@mui/material/Button";

interface Props extends Omit<ButtonProps, "sx"> {
  isBusy: boolean;
}

export function BusyButton({ isBusy, onClick, ...rest }: Props) {
  return (
    <Button
      {...rest}
      aria-disabled={isBusy}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.(event);
      }}
      sx={{ "&[aria-disabled=true]": { opacity: 0.6, cursor: "default" } }}
    />
  );
}
