// Everything that surrounds the pages, put together once: styles with the server's nonce, theme, queries, words.
import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";

import { passes } from "./api/problem.ts";
import { whenBack } from "./api/reach.ts";
import { watchForSignOut } from "./api/session.ts";
import { ReachNotice } from "./shell/ReachNotice.tsx";
import { theme } from "./theme/theme.ts";

export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        retry: (count, error) => passes(error) && count < 2,
        // The browser's own guess is wrong where there is no internet, and hospitals have none.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  watchForSignOut(queries);
  whenBack(() => void queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" }));
  return queries;
}

/** The nonce that the server wrote into the page; styles without it do not count (Content Security Policy). */
function nonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
}

export function Surroundings({ children, queries: given }: { children: React.ReactNode; queries?: QueryClient }) {
  const [queries] = useState(() => given ?? createQueries());
  const [cache] = useState(() => {
    const own = nonce();
    return createCache({ key: "d", prepend: true, ...(own === undefined ? {} : { nonce: own }) });
  });
  return (
    <CacheProvider value={cache}>
      <ThemeProvider theme={theme} defaultMode="dark" noSsr disableTransitionOnChange={false}>
        <CssBaseline />
        <QueryClientProvider client={queries}>
          {children}
          <ReachNotice />
        </QueryClientProvider>
      </ThemeProvider>
    </CacheProvider>
  );
}
