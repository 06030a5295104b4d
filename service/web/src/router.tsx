// Which address shows which page.
import Button from "@mui/material/Button";
import { useTranslation } from "react-i18next";
import { createBrowserRouter, Link, Navigate, type RouteObject } from "react-router";

import { ProblemError } from "./api/problem.ts";
import { SIGNED_IN_PATH } from "./api/session.ts";
import { type Page, PAGES, pagesOf } from "./pages.tsx";
import { Centred } from "./shell/Centred.tsx";
import { Failure } from "./shell/Failure.tsx";
import { useSession } from "./shell/sessionContext.ts";
import { Shell } from "./shell/Shell.tsx";
import { SignedInPage } from "./shell/SignedInPage.tsx";
import { usePageTitle } from "./shell/usePageTitle.ts";

export const ROUTES: RouteObject[] = [
  { path: SIGNED_IN_PATH, element: <SignedInPage /> },
  {
    path: "/",
    element: <Shell />,
    children: [
      { index: true, element: <Beginning /> },
      ...PAGES.map((page) => ({ path: page.path, element: <Guarded page={page} /> })),
      { path: "*", element: <Nowhere /> },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(ROUTES, { basename: "/app" });
}

/** The server refuses whoever may not; this only saves them the way there. */
function Guarded({ page }: { page: Page }) {
  const { roles } = useSession();
  if (pagesOf(roles).includes(page)) return <page.Content />;
  return <Failure isPage error={new ProblemError(403, {})} />;
}

function Beginning() {
  const { t } = useTranslation();
  const { roles } = useSession();
  usePageTitle(t("product"));
  const [first] = pagesOf(roles);
  if (first) return <Navigate to={`/${first.path}`} replace />;
  return (
    <Centred
      isPage
      title={t("nothing.title")}
      text={t("nothing.text", { roles: roles.map((role) => t(`role.${role}`)).join(", ") })}
    >
      <Button href="/docs">{t("nothing.api")}</Button>
    </Centred>
  );
}

function Nowhere() {
  const { t } = useTranslation();
  usePageTitle(t("nowhere.title"));
  return (
    <Centred isPage title={t("nowhere.title")} text={t("nowhere.text")}>
      <Button component={Link} to="/">
        {t("nowhere.back")}
      </Button>
    </Centred>
  );
}
