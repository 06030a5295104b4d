// The pages of the client and the roles that open them. A new page is a line here, and a word in `words/`.
import { lazy, type ComponentType } from "react";

import type { Role } from "./api/session.ts";
import type { en } from "./words/en.ts";

export interface Page {
  /** Below /app/, as the router writes paths. */
  path: string;
  /** Its word in the navigation; null: it is reached from another page. */
  word: Exclude<keyof (typeof en)["navigation"], "label"> | null;
  roles: readonly Role[];
  Content: ComponentType;
}

const RightsPage = lazy(() => import("./rights/RightsPage.tsx"));

/** In the order of the navigation; the first that a role opens is where it begins. */
export const PAGES: readonly Page[] = [
  {
    path: "worklist",
    word: "worklist",
    roles: ["physician"],
    Content: lazy(() => import("./worklist/WorklistPage.tsx")),
  },
  { path: "studies/:uid", word: null, roles: ["physician"], Content: lazy(() => import("./study/StudyPage.tsx")) },
  { path: "send", word: "send", roles: ["physician"], Content: lazy(() => import("./send/SendPage.tsx")) },
  { path: "log", word: "log", roles: ["officer"], Content: lazy(() => import("./log/LogPage.tsx")) },
  { path: "rights", word: "rights", roles: ["officer"], Content: RightsPage },
  { path: "rights/:task", word: null, roles: ["officer"], Content: RightsPage },
  {
    path: "operations",
    word: "operations",
    roles: ["administrator"],
    Content: lazy(() => import("./operations/OperationsPage.tsx")),
  },
  {
    path: "models",
    word: "models",
    roles: ["data-scientist", "administrator", "physician"],
    Content: lazy(() => import("./models/ModelsPage.tsx")),
  },
];

export function pagesOf(roles: readonly Role[]): readonly Page[] {
  return PAGES.filter((page) => page.roles.some((role) => roles.includes(role)));
}
