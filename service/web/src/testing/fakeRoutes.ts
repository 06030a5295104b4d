// An API of a few routes, each answered by a test; what it was asked is remembered as "METHOD /path".
import type { Session } from "../api/session.ts";
import { json, problem, SOMEBODY } from "./fakeApi.ts";

type Route = (request: Request) => Response | Promise<Response>;

export class FakeRoutes {
  readonly asked: string[] = [];
  readonly #routes: Map<string, Route>;

  /** `session`: who is signed in; keys of `routes` are "METHOD /path", and a path may end with "*". */
  constructor(session: Partial<Session>, routes: Record<string, Route>) {
    this.#routes = new Map(
      Object.entries({
        "GET /session": () => json({ ...SOMEBODY, ...session }),
        "GET /health/ready": () => json({ status: "ready" }),
        ...routes,
      }),
    );
  }

  /** Takes the place of the network. */
  install(): this {
    vi.stubGlobal("fetch", async (input: RequestInfo | URL) => {
      const request = input instanceof Request ? input : new Request(new URL(input, window.location.origin));
      const asked = `${request.method} ${new URL(request.url).pathname}`;
      this.asked.push(asked);
      const route = this.#routes.get(asked) ?? this.#begin(asked);
      return route ? await route(request) : problem(404);
    });
    return this;
  }

  set(route: string, answer: Route): void {
    this.#routes.set(route, answer);
  }

  /** How often this was asked. */
  count(route: string): number {
    return this.asked.filter((asked) => asked === route).length;
  }

  #begin(asked: string): Route | undefined {
    return [...this.#routes].find(([route]) => route.endsWith("*") && asked.startsWith(route.slice(0, -1)))?.[1];
  }
}

/** What strangers write to have it run: each must be shown as it is, and do nothing. */
export const PAYLOADS = [
  "<script>window.hacked = true</script>",
  "<img src=x onerror='window.hacked = true'>",
  "<svg/onload=window.hacked=true>",
  "javascript:window.hacked=true",
  "\"><iframe srcdoc='<script>parent.hacked=true</script>'>",
  "{{constructor.constructor('window.hacked=true')()}}",
  "$t(product) {{reason}}",
] as const;
