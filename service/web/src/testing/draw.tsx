// Draws the client for a test, as somebody who opens an address would see it.
import { render, type RenderResult } from "@testing-library/react";
import { createMemoryRouter, RouterProvider } from "react-router";

import { createQueries, Surroundings } from "../app.tsx";
import { ROUTES } from "../router.tsx";

export function drawAt(address: string): RenderResult & { router: ReturnType<typeof createMemoryRouter> } {
  const router = createMemoryRouter(ROUTES, { initialEntries: [address] });
  const queries = createQueries();
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retryDelay: 1 } });
  const drawn = render(
    <Surroundings queries={queries}>
      <RouterProvider router={router} />
    </Surroundings>,
  );
  return { ...drawn, router };
}

/** Draws one part, with everything around it that a page has. */
export function drawPart(part: React.ReactNode): RenderResult {
  return render(<Surroundings queries={createQueries()}>{part}</Surroundings>);
}
