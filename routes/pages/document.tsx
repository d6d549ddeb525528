/** A page as an answer. @module */
import { getCookie } from "hono/cookie";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { AppContext } from "../context.ts";
import { SESSION_COOKIE } from "../middleware/keys.ts";
import { SignedIn } from "./signed_in.ts";

/** Without the first line browsers fall back on the layout rules of 1998. */
export async function document(c: AppContext, page: Child): Promise<Response> {
  const signedIn = getCookie(c, SESSION_COOKIE) !== undefined;
  return c.html(
    await html`<!doctype html>${<SignedIn.Provider value={signedIn}>{page}</SignedIn.Provider>}`,
  );
}
