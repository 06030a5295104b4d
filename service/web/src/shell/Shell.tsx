// The frame around every page: bar, page, foot, notices, and the keys that work everywhere.
import { Suspense, useEffect, useRef, useState } from "react";
import Box from "@mui/material/Box";
import { styled } from "@mui/material/styles";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation } from "react-router";

import { CrashGuard } from "./CrashGuard.tsx";
import { Foot } from "./Foot.tsx";
import { SessionGate } from "./SessionGate.tsx";
import { ShortcutBoard, useShortcuts } from "./shortcuts.tsx";
import { ShortcutsDialog } from "./ShortcutsDialog.tsx";
import { TopBar } from "./TopBar.tsx";

const Skip = styled("a")(({ theme: { vars, zIndex } }) => ({
  position: "fixed",
  zIndex: zIndex.tooltip,
  top: 8,
  left: 8,
  padding: "6px 12px",
  borderRadius: 4,
  fontWeight: 600,
  backgroundColor: vars.palette.ours.accent,
  color: vars.palette.ours.onAccent,
  "&:not(:focus)": { transform: "translateY(-200%)" },
}));

export function Shell() {
  return (
    <SessionGate>
      <ShortcutBoard>
        <Frame />
      </ShortcutBoard>
    </SessionGate>
  );
}

function Frame() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [help, setHelp] = useState(false);
  const content = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useShortcuts([{ keys: ["?"], word: "help", where: "everywhere", handler: () => setHelp(true) }]);
  useEffect(() => {
    // Who listens to the page hears that another one has come; the first one is announced by the browser.
    if (!isFirst.current) content.current?.focus();
    isFirst.current = false;
  }, [pathname]);
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column" }}>
      <Skip
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          content.current?.focus();
        }}
      >
        {t("skip")}
      </Skip>
      <TopBar onHelp={() => setHelp(true)} />
      <Box
        component="main"
        id="content"
        ref={content}
        tabIndex={-1}
        sx={{ flex: 1, minHeight: 0, "&:focus-visible": { outline: "none" } }}
      >
        <CrashGuard key={pathname}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </CrashGuard>
      </Box>
      <Foot />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </Box>
  );
}
