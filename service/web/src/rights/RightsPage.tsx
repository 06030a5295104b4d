// What an officer owes to persons, task by task. No patient stands in an address, and the pages show counts and no image.
import type { ComponentType } from "react";
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useTranslation } from "react-i18next";
import { Navigate, useParams } from "react-router";

import { usePageTitle } from "../shell/usePageTitle.ts";
import { GUTTER_PX } from "../theme/tokens.ts";
import { AccessTask } from "./AccessTask.tsx";
import { BreachTask } from "./BreachTask.tsx";
import { DocumentsTask } from "./DocumentsTask.tsx";
import { EraseTask } from "./EraseTask.tsx";
import { RectifyTask } from "./RectifyTask.tsx";
import { RestrictTask } from "./RestrictTask.tsx";
import { isTask, TASKS, type Task } from "./tasks.ts";
import { TaskNav } from "./TaskNav.tsx";

const CONTENTS: Readonly<Record<Task, ComponentType>> = {
  access: AccessTask,
  rectify: RectifyTask,
  erase: EraseTask,
  restrict: RestrictTask,
  documents: DocumentsTask,
  breach: BreachTask,
};

export default function RightsPage() {
  const { task } = useParams();
  if (!isTask(task)) return <Navigate to={`/rights/${TASKS[0]}`} replace />;
  return <TaskPage key={task} task={task} />;
}

function TaskPage({ task }: { task: Task }) {
  const { t } = useTranslation();
  const title = t(`rights.${task}.title`);
  usePageTitle(title);
  const Content = CONTENTS[task];
  return (
    <Box
      sx={{
        height: "100%",
        display: "grid",
        gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "16rem minmax(0, 1fr)" },
        gridTemplateRows: { xs: "auto minmax(0, 1fr)", md: "minmax(0, 1fr)" },
      }}
    >
      <TaskNav />
      <Box sx={{ minWidth: 0, overflow: "auto", px: { xs: `${GUTTER_PX}px`, md: 5 }, pt: 3, pb: 6 }}>
        <Box sx={{ maxWidth: "44rem" }}>
          <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "baseline", columnGap: 1.5 }}>
            <Typography variant="h1">{title}</Typography>
            <Typography variant="second" component="span" sx={{ color: "text.disabled" }}>
              {t(`rights.${task}.law`)}
            </Typography>
          </Box>
          <Box component="p" sx={{ m: 0, mt: 0.75, color: "text.secondary" }}>
            {t(`rights.${task}.intro`)}
          </Box>
          <Content />
        </Box>
      </Box>
    </Box>
  );
}
