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

Deno.test("the pages of the documentation ask no other host for anything, nor run what is not ours", async () => {
  const { send } = testApp();
  for (const path of ["/docs", "/docs/createEmbeddings"]) {
    const page = await send("GET", path);
    const policy = page.headers.get("content-security-policy")!;
    assertMatch(
      policy,
      /default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'/,
    );
    assert(!/https?:|unsafe|\*/.test(policy), policy);
    const html = await page.text();
    assert(!/<script>|<style|\s(on\w+|style)=|(src|href)="(?!\/\w|#|\/")/.test(html), path);
    for (const [, link] of html.matchAll(/(?:src|href)="(\/assets\/[^"]*\.(?:js|css))"/g)) {
      const response = await send("GET", link!);
      assertEquals(response.status, 200, link);
      assert(!/@import|url\(|["'`]https?:/.test(await response.text()), link);
    }
  }
});

Deno.test("every operation has a page, which the list leads to and which leads back", async () => {
  const { send } = testApp();
  const list = await (await send("GET", "/docs")).text();
  for (const [method, path, operation] of operations(await document())) {
    const address = `/docs/${operation.operationId}`;
    assert(list.includes(`href="${address}"`), address);
    const response = await send("GET", address);
    assertEquals(response.status, 200, address);
    const page = await response.text();
    const form = `data-method="${method.toUpperCase()}" data-path="${path}"`;
    for (const part of [form, `href="/docs#${operation.tags[0]}"`, `<h1>${operation.summary}<`]) {
      assert(page.replaceAll("&#39;", "'").includes(part), `${address}: ${part}`);
    }
    // Ids are all different, so that labels find their fields, and there are as many as needed.
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
    assertEquals(ids.length, new Set(ids).size, address);
    for (const [, field] of page.matchAll(/ for="([^"]+)"/g)) assert(ids.includes(field!), field);
    for (const { name, in: place } of operation.parameters ?? []) {
      assert(ids.includes(`${place}.${name}`), `${address}: ${name}`);
    }
  }
});

Deno.test("the body that an operation's page begins with is one that the operation takes", async () => {
  let count = 0;
  for (const [method, path, operation] of operations(await document())) {
    if (operation.requestBody?.content["application/json"] === undefined) continue;
    const { send } = testApp();
    const page = await (await send("GET", `/docs/${operation.operationId}`)).text();
    const [, field] = /<textarea[^>]*>([^<]*)</.exec(page)!;
    const json = JSON.parse(field!.replaceAll("&quot;", '"').replaceAll("&#39;", "'"));
    const address = path.replaceAll(
      /\{(\w+)\}/g,
      (_, name) => /value="([^"]*)"/.exec(page.slice(page.indexOf(`id="path.${name}"`)))![1]!,
    );
    const response = await send(method.toUpperCase(), address, { json });
    const text = await response.text();
    // There may be no such model here; nothing is wrong with the question.
    assert(![400, 415, 422].includes(response.status), `${path}: ${text}`);
    count++;
  }
  assert(count > 20, `${count}`);
});

Deno.test("an operation that is not there has no page", async () => {
  const { send } = testApp();
  for (const name of ["nope", "..%2fpackage.json", "swagger-ui.js", "__proto__", "%00"]) {
    assertEquals((await send("GET", `/docs/${name}`)).status, 404, name);
  }
});

Deno.test("the line for a shell has a key where there are keys, and the operation asks for one", async () => {
  const keyed = async (address: string, headers: HeadersInit) => {
    const page = await (await testApp().send("GET", address, { headers })).text();
    return page.includes(`data-keyed="true"`);
  };
  const cookie = "alike_session=x";
  assertEquals(await keyed("/docs/listModels", { cookie }), true);
  assertEquals(await keyed("/docs/listModels", {}), false);
  assertEquals(await keyed("/docs/health", { cookie }), false);
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
