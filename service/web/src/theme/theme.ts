// MUI, dressed in the tokens: flat, quiet, square-shouldered, and dense enough for a reading room.
import { createTheme, type CssVarsThemeOptions } from "@mui/material/styles";

import { CONTROL_REM, type Colours, DARK, LIGHT, TYPE } from "./tokens.ts";

declare module "@mui/material/styles" {
  interface CssThemeVariables {
    enabled: true;
  }
  interface Palette {
    ours: Colours;
  }
  interface PaletteOptions {
    ours?: Colours;
  }
  interface TypographyVariants {
    second: React.CSSProperties;
    display: React.CSSProperties;
  }
  interface TypographyVariantsOptions {
    second?: React.CSSProperties;
    display?: React.CSSProperties;
  }
}

declare module "@mui/material/Typography" {
  interface TypographyPropsVariantOverrides {
    second: true;
    display: true;
    h4: false;
    h5: false;
    h6: false;
    subtitle1: false;
    subtitle2: false;
    body2: false;
    overline: false;
  }
}

const FONT = '"IBM Plex Sans Variable", "IBM Plex Sans", "Segoe UI", "DejaVu Sans", sans-serif';

function scheme(colours: Colours): NonNullable<NonNullable<CssVarsThemeOptions["colorSchemes"]>["dark"]> & object {
  return {
    palette: {
      primary: { main: colours.accent, contrastText: colours.onAccent },
      secondary: { main: colours.textSecond },
      error: { main: colours.bad },
      warning: { main: colours.present, contrastText: colours.onPresent },
      success: { main: colours.good },
      info: { main: colours.accent },
      background: { default: colours.page, paper: colours.panel },
      text: { primary: colours.text, secondary: colours.textSecond, disabled: colours.textThird },
      divider: colours.line,
      action: { hover: colours.raised, selected: colours.selected, active: colours.textSecond },
      ours: colours,
    },
  };
}

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "data-theme", nativeColor: false },
  colorSchemes: { dark: scheme(DARK), light: scheme(LIGHT) },
  defaultColorScheme: "dark",
  shape: { borderRadius: 4 },
  typography: {
    fontFamily: FONT,
    fontWeightMedium: 500,
    fontWeightBold: 600,
    h1: { ...TYPE.title, fontWeight: 600 },
    h2: { ...TYPE.heading, fontWeight: 600 },
    h3: { ...TYPE.caption, fontWeight: 600 },
    body1: TYPE.body,
    second: TYPE.second,
    caption: TYPE.caption,
    display: { ...TYPE.display, fontWeight: 500 },
    button: { ...TYPE.body, fontWeight: 500, textTransform: "none" },
  },
  transitions: { create: () => "none" },
  components: {
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: { root: { fontFamily: "inherit", fontSize: "inherit", lineHeight: "inherit" } },
    },
    MuiButton: {
      defaultProps: { disableElevation: true, color: "inherit", variant: "outlined" },
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          minWidth: 0,
          minHeight: `${CONTROL_REM}rem`,
          padding: "0 12px",
          whiteSpace: "nowrap",
          borderColor: vars.palette.ours.edge,
          "&:hover": { borderColor: vars.palette.ours.textSecond, backgroundColor: vars.palette.ours.raised },
        }),
        contained: ({ theme: { vars } }) => ({
          fontWeight: 600,
          backgroundColor: vars.palette.ours.accent,
          color: vars.palette.ours.onAccent,
          "&:hover": { backgroundColor: vars.palette.ours.text, color: vars.palette.ours.page },
        }),
        text: { borderColor: "transparent" },
        sizeLarge: { minHeight: "2.5rem", padding: "0 18px", fontSize: "1rem" },
      },
    },
    MuiIconButton: {
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          width: `${CONTROL_REM}rem`,
          height: `${CONTROL_REM}rem`,
          padding: 0,
          borderRadius: 4,
          color: vars.palette.ours.textSecond,
          "&:hover": { backgroundColor: vars.palette.ours.raised, color: vars.palette.ours.text },
        }),
      },
    },
    MuiOutlinedInput: {
      styleOverrides: {
        root: ({ theme: { vars } }) => ({
          minHeight: `${CONTROL_REM}rem`,
          backgroundColor: vars.palette.ours.page,
          "& .MuiOutlinedInput-notchedOutline": { borderColor: vars.palette.ours.edge },
          "&:hover .MuiOutlinedInput-notchedOutline": { borderColor: vars.palette.ours.textSecond },
        }),
        input: ({ theme: { vars } }) => ({
          padding: "0 10px",
          height: `calc(${CONTROL_REM}rem - 2px)`,
          boxSizing: "border-box",
          "&::placeholder": { color: vars.palette.ours.textThird, opacity: 1 },
        }),
      },
    },
    MuiSelect: {
      styleOverrides: {
        select: { display: "flex", alignItems: "center", minHeight: "0 !important" },
      },
    },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
    MuiMenu: {
      defaultProps: { transitionDuration: 0, marginThreshold: 8 },
      styleOverrides: {
        paper: ({ theme: { vars } }) => ({
          border: `1px solid ${vars.palette.ours.edge}`,
          backgroundColor: vars.palette.ours.panel,
          boxShadow: "0 8px 28px rgb(0 0 0 / 0.4)",
        }),
      },
    },
    MuiMenuItem: {
      styleOverrides: {
        root: { ...TYPE.body, padding: "0 16px", gap: 10, "&.MuiMenuItem-root": { minHeight: "2.125rem" } },
      },
    },
    MuiDialog: {
      defaultProps: { transitionDuration: 0 },
      styleOverrides: {
        paper: ({ theme: { vars } }) => ({
          border: `1px solid ${vars.palette.ours.edge}`,
          borderRadius: 6,
          padding: 24,
        }),
      },
    },
    MuiTooltip: {
      defaultProps: { enterDelay: 500, slotProps: { transition: { timeout: 0 } } },
      styleOverrides: {
        tooltip: ({ theme: { vars } }) => ({
          ...TYPE.second,
          padding: "5px 9px",
          color: vars.palette.ours.text,
          backgroundColor: vars.palette.ours.raised,
          border: `1px solid ${vars.palette.ours.edge}`,
        }),
      },
    },
    MuiCssBaseline: {
      styleOverrides: ({ vars }) => ({
        body: {
          ...TYPE.body,
          backgroundColor: vars.palette.ours.page,
          fontVariantNumeric: "tabular-nums",
          WebkitFontSmoothing: "antialiased",
        },
        // One focus for everything (WCAG 2.4.11, 2.4.13): two pixels, 3:1 against every ground.
        ":focus-visible": { outline: `2px solid ${vars.palette.ours.accent}`, outlineOffset: 2 },
        // A dialog has the focus when it opens; the ring is for what can be operated in it.
        ".MuiDialog-container:focus-visible, .MuiDialog-paper:focus-visible": { outline: "none" },
        "::selection": { backgroundColor: vars.palette.ours.accent, color: vars.palette.ours.onAccent },
        a: { color: vars.palette.ours.accent, textUnderlineOffset: 3 },
      }),
    },
  },
});
