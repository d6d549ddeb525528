/** What goes wrong, said on a page to whoever is at a browser. @module */
import type { StatusCode } from "hono/utils/http-status";
import type { Logger } from "../../src/log.ts";
import type { Problem } from "../../src/schemas/problem.ts";
import { asksForPage } from "../asks_for_page.ts";
import type { AppContext } from "../context.ts";
import { problemResponse } from "../errors.ts";
import { document } from "./document.tsx";
import { Layout } from "./layout.tsx";

/** Answers anything thrown while a request was served: people by a page, programs by a document. */
export async function refusal(c: AppContext, thrown: unknown, log: Logger): Promise<Response> {
  const response = problemResponse(c, thrown, log);
  if (!asksForPage(c)) return response;
  const problem: Problem = await response.json();
  for (const [name, value] of response.headers) {
    if (name !== "content-type") c.header(name, value);
  }
  c.status(response.status as StatusCode);
  return await document(c, <RefusalPage problem={problem} />);
}

function RefusalPage({ problem: { title, status, detail, instance } }: { problem: Problem }) {
  return (
    <Layout title={title} section="none">
      <h1>{title}</h1>
      <p>{detail}</p>
      {status >= 500 && (
        <p class="soft">
          The log tells more of the request <code>{instance}</code>.
        </p>
      )}
      <p>
        <a href="/">Back to the overview</a>
      </p>
    </Layout>
  );
}
