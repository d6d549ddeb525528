/** What is answered where no route matches: 404, or 405 if another method would. @module */
import { TrieRouter } from "hono/router/trie-router";
import { METHOD_NAME_ALL } from "hono/router";
import type { App, AppContext } from "./context.ts";
import { HttpError } from "./errors.ts";
import { preview } from "./preview.ts";

/** Call it once all routes are registered. */
export function noRoute(app: App): (c: AppContext) => never {
  // Every route under one method, so that a match names the methods of a path.
  const methods = new TrieRouter<string>();
  for (const route of app.routes) {
    if (route.method !== METHOD_NAME_ALL) methods.add("GET", route.path, route.method);
  }
  return (c) => {
    const found = new Set(methods.match("GET", c.req.path)[0].map(([method]) => method));
    if (found.size === 0) {
      throw new HttpError(
        "no_route",
        `Cannot find a route: none has the path ${preview(c.req.path)}`,
      );
    }
    // Hono answers HEAD wherever it answers GET.
    if (found.has("GET")) found.add("HEAD");
    const allow = [...found].sort().join(", ");
    throw new HttpError(
      "method_not_allowed",
      `Cannot ${c.req.method} ${preview(c.req.path)}: only ${allow}`,
      {
        headers: { allow },
        errors: [{ path: "method", rule: `must be one of ${allow}`, value: c.req.method }],
      },
    );
  };
}
