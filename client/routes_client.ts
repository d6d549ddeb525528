/** The routes, one to one: Hono's client with the types of all of them. @module */
import { hc } from "hono/client";
import type { AlikeRoutes } from "../routes/alike_routes.ts";
import { Transport, type TransportOptions } from "./transport.ts";

/** What {@linkcode routesClient} makes. */
export type RoutesClient = ReturnType<typeof hc<AlikeRoutes>>;

/**
 * Makes Hono's client of a service: each route under its path, with its parameters, body and
 * answers. It sends the key, and what the service puts off (429, 503) again, as `AlikeClient` does;
 * but what is refused is not thrown: it is an answer whose `ok` is false and whose JSON is a problem
 * document (RFC 9457).
 *
 * Parameters of paths go as they are, unlike `AlikeClient`'s: names and ids that the service gave
 * need no `encodeURIComponent`, what people type does. Query parameters are text.
 *
 * What is no JSON: a body goes as `init.body` in the second argument, an answer is read by its
 * `arrayBuffer()` or `body`.
 *
 * @example
 * ```ts
 * import { routesClient } from "./client.ts";
 *
 * const { v1 } = routesClient({ baseUrl: "http://localhost:8787" });
 * const response = await v1.jobs.$get({ query: { state: "running", limit: "5" } });
 * if (!response.ok) throw new Error((await response.json()).detail);
 * for (const { id, progress } of (await response.json()).data) console.log(id, progress?.fraction);
 * ```
 */
export function routesClient(options: TransportOptions = {}): RoutesClient {
  const transport = new Transport(options);
  return hc<AlikeRoutes>(transport.baseUrl, {
    // It asks by address alone, never by a `Request`.
    fetch: (url: RequestInfo | URL, init?: RequestInit) => transport.answer(String(url), init),
  });
}
