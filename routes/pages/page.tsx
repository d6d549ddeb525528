/** Registers a page; what goes wrong is said on a page too. @module */
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AlikeError } from "../../src/errors.ts";
import type { App, AppContext } from "../context.ts";
import { CAUSES } from "../errors.ts";
import { document } from "./document.ts";
import { Layout } from "./layout.tsx";

/** @param make What the page shows; it may throw any class of `src/errors.ts`. */
export function page(
  app: App,
  path: string,
  make: (c: AppContext) => Child | Promise<Child>,
): void {
  app.get(path, async (c) => {
    try {
      return await document(c, await make(c));
    } catch (error) {
      if (!(error instanceof AlikeError)) throw error;
      const { status, title } = CAUSES[error.code];
      // What is our own fault is logged, and told, as everywhere.
      if (status >= 500) throw error;
      c.status(status as ContentfulStatusCode);
      return await document(c, <Refusal title={title} detail={error.message} />);
    }
  });
}

function Refusal({ title, detail }: { title: string; detail: string }) {
  return (
    <Layout title={title} section="home">
      <h1>{title}</h1>
      <p>{detail}</p>
      <p>
        <a href="/">Back to the overview</a>
      </p>
    </Layout>
  );
}
