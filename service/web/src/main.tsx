// The client begins here.
import "./theme/fonts.css";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";

import { Surroundings } from "./app.tsx";
import { createRouter } from "./router.tsx";
import { preferred, startWords } from "./words/words.ts";

// Before the first paint, so that a light page is never dark first.
document.documentElement.dataset.theme = localStorage.getItem("mui-mode") === "light" ? "light" : "dark";
startWords(preferred());

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <Surroundings>
      <RouterProvider router={createRouter()} />
    </Surroundings>
  </StrictMode>,
);
