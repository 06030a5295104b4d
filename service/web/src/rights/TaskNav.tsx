// The way from task to task: beside the page, or over it where the window is narrow.
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";

import { GUTTER_PX } from "../theme/tokens.ts";
import { type Group, GROUPS } from "./tasks.ts";

const TaskLink = styled(NavLink)(({ theme: { vars, breakpoints } }) => ({
  display: "block",
  padding: `6px ${GUTTER_PX}px`,
  borderInlineStart: "2px solid transparent",
  textDecoration: "none",
  color: vars.palette.ours.textSecond,
  "&:hover": { color: vars.palette.ours.text, backgroundColor: vars.palette.ours.raised },
  "&[aria-current='page']": {
    color: vars.palette.ours.text,
    backgroundColor: vars.palette.ours.selected,
    borderInlineStartColor: vars.palette.ours.accent,
  },
  "&:focus-visible": { outlineOffset: -2 },
  [breakpoints.down("md")]: { padding: "4px 12px", borderRadius: 4, border: 0 },
}));

export function TaskNav() {
  const { t } = useTranslation();
  return (
    <Box
      component="nav"
      aria-label={t("rights.tasks")}
      sx={{
        bgcolor: "background.paper",
        borderStyle: "solid",
        borderWidth: { xs: "0 0 1px", md: "0 1px 0 0" },
        borderColor: "divider",
        overflow: "auto",
        py: { xs: 1, md: 2 },
        px: { xs: `${GUTTER_PX - 12}px`, md: 0 },
        display: { xs: "flex", md: "block" },
        gap: 1,
      }}
    >
      {(Object.keys(GROUPS) as Group[]).map((group) => (
        <Box key={group} sx={{ display: { xs: "flex", md: "block" }, mb: { md: 2 } }}>
          <Box
            id={`tasks-${group}`}
            sx={{
              display: { xs: "none", md: "block" },
              px: `${GUTTER_PX + 2}px`,
              mb: 0.5,
              typography: "h3",
              color: "text.disabled",
            }}
          >
            {t(`rights.${group}`)}
          </Box>
          <Box
            component="ul"
            aria-labelledby={`tasks-${group}`}
            sx={{ listStyle: "none", m: 0, p: 0, display: { xs: "flex", md: "block" } }}
          >
            {GROUPS[group].map((task) => (
              <li key={task}>
                <TaskLink to={`/rights/${task}`}>
                  <Box component="span" sx={{ fontWeight: 500, whiteSpace: "nowrap" }}>
                    {t(`rights.${task}.link`)}
                  </Box>
                  <Box
                    component="span"
                    sx={{ display: { xs: "none", md: "block" }, typography: "second", color: "text.disabled" }}
                  >
                    {t(`rights.${task}.law`)}
                  </Box>
                </TaskLink>
              </li>
            ))}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
