// How the client is built: hashed files under /app/assets, nothing inline, and a place in the page for the server's nonce.
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import { compressed } from "./scripts/compressed.ts";

const API = "http://127.0.0.1:8710";

/** Has the first paint wait for the program: a reader who chose the light theme sees no dark page before it. */
function paintsOnce(): Plugin {
  return {
    name: "paints-once",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  };
}

export default defineConfig({
  base: "/app/",
  plugins: [react(), paintsOnce(), compressed()],
  html: { cspNonce: "DIAFAN_CSP_NONCE" },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  worker: { format: "es" },
  server: { host: "127.0.0.1", proxy: { "^/(?!app/)": API } },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["./src/testing/setup.ts"],
    // One machine may be busy with a training: a slow answer is no failure.
    testTimeout: 60_000,
    // A process each: threads of one process would hear each other's tabs (BroadcastChannel).
    pool: "forks",
    maxWorkers: 2,
  },
});
