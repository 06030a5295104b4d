// Prints what a browser loads before the first page stands, compressed as it travels; fails above the budget.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const BUDGET_KB = 350;
const ROOT = join(import.meta.dirname, "..", "dist");
const ASSETS = join(ROOT, "assets");
const KB = 1000;

function travelling(name: string): number {
  const files = readdirSync(ASSETS);
  return statSync(join(ASSETS, files.includes(`${name}.gz`) ? `${name}.gz` : name)).size;
}

/** The file and everything that it imports at once; what it imports later is loaded when it is needed. */
function withImports(name: string, seen: Set<string>): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = readFileSync(join(ASSETS, name), "utf8");
  for (const [, imported] of source.matchAll(/(?:^|[;}\s])import(?:[^"'()]*?from)?\s*["']\.\/([^"']+)["']/g))
    if (imported) withImports(imported, seen);
  return seen;
}

const page = readFileSync(join(ROOT, "index.html"), "utf8");
const named = [...page.matchAll(/\/app\/assets\/([\w.-]+)/g)].map(([, name]) => name ?? "");
const first = new Set(named.flatMap((name) => (name.endsWith(".js") ? [...withImports(name, new Set())] : [name])));

let program = 0;
for (const name of first) {
  const size = travelling(name) / KB;
  if (/\.(js|css)$/.test(name)) program += size;
  console.log(`${size.toFixed(1).padStart(8)} kB  ${name}`);
}
const later = readdirSync(ASSETS).filter((name) => name.endsWith(".js") && !first.has(name));
for (const name of later)
  console.log(`${(travelling(name) / KB).toFixed(1).padStart(8)} kB  ${name} (when it is needed)`);
console.log(`first load: ${program.toFixed(1)} kB of scripts and styles, compressed; budget ${String(BUDGET_KB)} kB`);
if (program > BUDGET_KB) process.exitCode = 1;
