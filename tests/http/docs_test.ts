import { assert, assertEquals, assertMatch } from "@std/assert";
import { z } from "zod";
import { Validator } from "@seriousme/openapi-schema-validator";
import { jsonOf, testApp } from "../support/http_client.ts";

// deno-lint-ignore no-explicit-any -- a document of any shape
type Document = any;

async function document(): Promise<Document> {
  return await jsonOf(await testApp().send("GET", "/openapi.json"));
}

function* operations(document: Document): Generator<[string, string, Document]> {
  for (const [path, methods] of Object.entries<Document>(document.paths)) {
    for (const [method, operation] of Object.entries<Document>(methods)) {
      yield [method, path, operation];
    }
  }
}

Deno.test("the OpenAPI document is valid", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(await document());
  assert(valid, JSON.stringify(errors));
  assertEquals(validator.version, "3.1");
});

Deno.test("every reference in the OpenAPI document resolves", async () => {
  const root = await document();
  let count = 0;
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== "$ref") visit(inner);
      else {
        count++;
        let target = root;
        for (const part of String(inner).replace(/^#\//, "").split("/")) target = target?.[part];
        assert(target !== undefined, String(inner));
      }
    }
  };
  visit(root);
  assert(count > 100);
});

Deno.test("every route is documented, and nothing else", async () => {
  const { app } = testApp();
  const documented = [...operations(await document())]
    .map(([method, path]) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`);
  // Pages for people are no part of the API.
  const forPeople =
    /^(GET|POST) \/($|(assets|collections|datasets|docs|jobs|login|logout|models|openapi|serving)\b)/;
  const registered = app.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`).filter((route) => !forPeople.test(route));
  assertEquals(documented.sort(), [...new Set(registered)].sort());
});

Deno.test("every operation says what it does, what it answers and how it refuses", async () => {
  const ids = new Set<string>();
  const root = await document();
  const tags = root.tags.map(({ name }: { name: string }) => name);
  for (const [method, path, operation] of operations(root)) {
    const where = `${method} ${path}`;
    assert(operation.summary, where);
    assert(!ids.has(operation.operationId), where);
    ids.add(operation.operationId);
    assert(operation.tags.every((tag: string) => tags.includes(tag)), where);
    const statuses = Object.keys(operation.responses);
    assert(statuses.some((status) => status.startsWith("2")), where);
    for (const [status, response] of Object.entries<Document>(operation.responses)) {
      assert(response.description, where);
      if (Number(status) < 400 || path === "/ready") continue;
      assertEquals(Object.keys(response.content), ["application/problem+json"], where);
    }
    if (operation.security?.length === 0) continue;
    assert(statuses.includes("401"), where);
    if (operation.parameters?.length > 0) assert(statuses.includes("422"), where);
    if (operation.requestBody !== undefined) {
      for (const status of ["400", "413", "415", "422"]) assert(statuses.includes(status), where);
      assertEquals(operation.requestBody.required, true, where);
    }
  }
  assertEquals(root.components.securitySchemes.key.scheme, "bearer");
});

Deno.test("the examples in the schemas are accepted by them", async () => {
  const folder = new URL("../../src/schemas/", import.meta.url);
  let count = 0;
  const files = (await filesIn(folder)).map((url) => url.slice(folder.href.length));
  for (const name of files) {
    const exports: Record<string, unknown> = await import(new URL(name, folder).href);
    for (const [key, schema] of Object.entries(exports)) {
      const example = schema instanceof z.ZodType ? schema.meta()?.["example"] : undefined;
      if (!(schema instanceof z.ZodType) || example === undefined) continue;
      const { error } = schema.safeParse(example);
      assertEquals(error, undefined, `${name} ${key}: ${error}`);
      count++;
    }
  }
  assert(count > 20, `${count}`);
});

Deno.test("the documentation page asks no other host for anything", async () => {
  const { send } = testApp();
  const page = await send("GET", "/docs");
  const policy = page.headers.get("content-security-policy")!;
  assertMatch(policy, /default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'/);
  assert(!/https?:|unsafe|\*/.test(policy), policy);
  const html = await page.text();
  const links = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
  assertEquals(links, [
    "docs/favicon-32x32.png",
    "docs/swagger-ui.css",
    "docs/swagger-ui-bundle.js",
    "docs/initializer.js",
  ]);
  assert(!/<script>|<style|\son\w+=|\/\//.test(html), "nothing inline, nothing from elsewhere");
  for (const link of links) {
    const response = await send("GET", `/${link}`);
    assertEquals(response.status, 200, link);
    const body = await response.text();
    assert(body.length > 100, link);
    assertEquals(response.headers.get("content-security-policy"), policy, link);
    if (link.endsWith(".css")) {
      const urls = [...body.matchAll(/(?:@import|url\()\s*["']?([^"')]*)/g)].map((m) => m[1]!);
      assert(urls.every((url) => url.startsWith("data:")), urls.join());
    }
    if (link.endsWith("initializer.js")) {
      assertMatch(body, /validatorUrl: null/);
      assert(!/\/\/\w/.test(body));
    }
  }
});

Deno.test("only the files that the page needs are served", async () => {
  const { send } = testApp();
  for (const file of ["package.json", "..%2fpackage.json", "swagger-ui.js", "__proto__", "%00"]) {
    assertEquals((await send("GET", `/docs/${file}`)).status, 404, file);
  }
});

/** Every file below a folder, as URLs. */
async function filesIn(folder: URL): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await filesIn(new URL(`${name}/`, folder)));
    else files.push(new URL(name, folder).href);
  }
  return files;
}
