/** What the README and docs/ tell people to type can be typed; what they link to is there. @module */
import { assert, assertEquals } from "@std/assert";
import { JobRequest } from "../src/schemas/job.ts";
import { jsonOf, testApp } from "./support/http_client.ts";

const ROOT = new URL("../", import.meta.url);

/** Pages by their address. */
function* pages(folder: URL): Generator<[URL, string]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* pages(new URL(`${name}/`, folder));
    else if (name.endsWith(".md")) {
      const page = new URL(name, folder);
      yield [page, Deno.readTextFileSync(page)];
    }
  }
}

const readme = new URL("README.md", ROOT);
const all = [
  [readme, Deno.readTextFileSync(readme)] as [URL, string],
  ...pages(new URL("docs/", ROOT)),
];

/** Lines of the shell blocks, those that go on after a backslash or within quotes joined. */
function commands(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) =>
    block!.replaceAll(/\\\n\s*/g, "").replaceAll(
      /'[^']*'/g,
      (quoted) => quoted.replaceAll("\n", " "),
    ).split("\n")
  );
}

Deno.test("every link of the documentation leads to a file", () => {
  let count = 0;
  for (const [page, text] of all) {
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      assert(Deno.statSync(new URL(link!, page)).isFile, `${page.pathname}: ${link}`);
      count++;
    }
  }
  assert(count > 30, String(count));
});

Deno.test("every address that the documentation asks is a route of the service", async () => {
  const document = await jsonOf(await testApp().send("GET", "/openapi.json"));
  const routes = Object.keys(document.paths).map((path) =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`)
  );
  let count = 0;
  for (const [page, text] of all) {
    for (const command of commands(text)) {
      for (const [, path] of command.matchAll(/:8787(\/v1\/[^\s'"?]+)/g)) {
        assert(routes.some((route) => route.test(path!)), `${page.pathname}: ${path}`);
        count++;
      }
    }
  }
  assert(count > 30, String(count));
});

Deno.test("every job that the documentation posts would be taken", () => {
  let count = 0;
  for (const [page, text] of all) {
    for (const command of commands(text)) {
      if (!/:8787\/v1\/jobs(?=\s)/.test(command)) continue;
      const [, body] = command.match(/-d '([^']*)'/) ?? [];
      if (body === undefined) continue;
      const parsed = JobRequest.safeParse(JSON.parse(body));
      assertEquals(parsed.error?.issues ?? [], [], `${page.pathname}: ${body}`);
      count++;
    }
  }
  assert(count > 5, String(count));
});
