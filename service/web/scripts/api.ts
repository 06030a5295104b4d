// Writes src/api/schema.d.ts, the API as types, from an OpenAPI document that `python -m service.web.openapi FILE` wrote.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";

const OUT = join(import.meta.dirname, "..", "src", "api", "schema.d.ts");
const [path] = process.argv.slice(2);
if (!path) throw new Error("usage: npm run api -- FILE, where FILE is what `python -m service.web.openapi FILE` wrote");

const document = readFileSync(path, "utf8");
const digest = createHash("sha256").update(document).digest("hex");
const types = astToString(await openapiTS(JSON.parse(document) as OpenAPI3, { alphabetize: true }));
writeFileSync(OUT, `// Generated: ./dev api writes it anew. Made from OpenAPI with SHA-256 ${digest}\n${types}`);
