/** Where a person gives a key, once for a browser. @module */
import { deleteCookie, setCookie } from "hono/cookie";
import type { App } from "../context.ts";
import { type Keys, SESSION_COOKIE, sessionOf } from "../middleware/keys.ts";
import { document } from "./document.tsx";
import { Layout } from "./layout.tsx";

/** How long a browser stays in, seconds. */
const STAYS = 30 * 24 * 3600;

function LoginPage({ to, refused }: { to: string; refused: boolean }) {
  return (
    <Layout title="Key" section="home">
      <form class="card narrow" method="post" action="/login">
        <h1>This service asks for a key</h1>
        <input type="hidden" name="to" value={to} />
        <label for="key">Key</label>
        <input
          id="key"
          name="key"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          aria-describedby="refusal"
        />
        <p class="fault" id="refusal">{refused ? "This is no key of this service." : ""}</p>
        <button class="primary" type="submit">Enter</button>
      </form>
    </Layout>
  );
}

/** Registers the page, what it sends, and the way out. */
export function loginRoutes(app: App, keys: Keys): void {
  app.get("/login", (c) => {
    return document(c, <LoginPage to={ownPath(c.req.query("to"))} refused={false} />);
  });
  app.post("/login", async (c) => {
    const form = await c.req.parseBody();
    const [key, to] = [String(form["key"] ?? ""), ownPath(String(form["to"] ?? ""))];
    if (!await keys.accepts(key)) {
      c.status(401);
      return document(c, <LoginPage to={to} refused />);
    }
    setCookie(c, SESSION_COOKIE, await sessionOf(key), {
      httpOnly: true,
      sameSite: "Strict",
      secure: new URL(c.req.url).protocol === "https:",
      path: "/",
      maxAge: STAYS,
    });
    return c.redirect(to, 303);
  });
  app.post("/logout", (c) => {
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
    return c.redirect("/login", 303);
  });
}

/** A path of this service: an address from outside must not lead a person elsewhere. */
function ownPath(to: string | undefined): string {
  return to !== undefined && /^\/(?![\/\\])/.test(to) ? to : "/";
}
