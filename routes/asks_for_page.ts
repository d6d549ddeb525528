/** Whether a person at a browser waits for the answer, and not a program. @module */
import type { AppContext } from "./context.ts";

/** Who asks the API is a program, whatever it says that it takes. */
export function asksForPage(c: AppContext): boolean {
  return !c.req.path.startsWith("/v1/") && takesPage(c);
}

/** Whether it is a look at something, by who can read a page. */
export function takesPage({ req }: AppContext): boolean {
  return (req.method === "GET" || req.method === "HEAD") &&
    req.header("accept")?.includes("text/html") === true;
}
