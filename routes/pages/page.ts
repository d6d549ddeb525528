/** Registers a page. @module */
import type { Child } from "hono/jsx";
import type { App, AppContext } from "../context.ts";
import { document } from "./document.tsx";

/** @param make What the page shows; it may throw any class of `src/errors.ts`. */
export function page(
  app: App,
  path: string,
  make: (c: AppContext) => Child | Promise<Child>,
): void {
  app.get(path, async (c) => await document(c, await make(c)));
}
