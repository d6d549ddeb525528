/** A page as an answer. @module */
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { AppContext } from "../context.ts";

/** Without the first line browsers fall back on the layout rules of 1998. */
export async function document(c: AppContext, page: Child): Promise<Response> {
  return c.html(await html`<!doctype html>${page}`);
}
