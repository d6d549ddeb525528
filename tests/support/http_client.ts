/** An application over fakes, and what tests ask of its answers. @module */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createApp } from "../../routes/app.ts";
import type { App } from "../../routes/context.ts";
import type { Config } from "../../src/config.ts";
import { Problem } from "../../src/schemas/problem.ts";
import { type FakeServices, fakeServices } from "./fakes/fake_services.ts";

/** A 1×1 PNG. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAA" +
  "AABJRU5ErkJggg==";
/** Its bytes. */
export const PIXEL_BYTES = Uint8Array.fromBase64(PIXEL);
/** Its data URI. */
export const PIXEL_URI = `data:image/png;base64,${PIXEL}`;

/** An application, and what is behind it. */
export interface TestApp {
  app: App;
  services: FakeServices;
  /** Sends a request; a `json` body is serialised, with its content type. */
  send(method: string, path: string, init?: RequestInit & { json?: unknown }): Promise<Response>;
}

/** A fresh application over fakes. */
export function testApp(config: Partial<Config> = {}): TestApp {
  const services = fakeServices(config);
  const app = createApp(services, { heartbeatMs: 10 });
  return {
    app,
    services,
    send: async (method, path, { json, ...init } = {}) =>
      await app.request(path, {
        method,
        ...init,
        ...(json === undefined ? {} : {
          body: JSON.stringify(json),
          headers: { "content-type": "application/json", ...init.headers },
        }),
      }),
  };
}

/** An answer's JSON, which must have that status. */
// deno-lint-ignore no-explicit-any -- tests look into answers of every shape
export async function jsonOf(response: Response, status = 200): Promise<any> {
  const text = await response.text();
  assertEquals(response.status, status, `status ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** What {@linkcode assertProblem} expects. */
export interface ExpectedProblem {
  status: number;
  code?: string;
  /** Path of one of its faults. */
  path?: string;
  /** What that fault's rule says. */
  rule?: RegExp | string;
  /** That fault's value, as shown. */
  value?: unknown;
}

/** An answer that must be a problem document of that kind. */
export async function assertProblem(
  response: Response,
  expected: ExpectedProblem,
): Promise<Problem> {
  const text = await response.text();
  assertEquals(response.status, expected.status, `status ${response.status}: ${text}`);
  assertEquals(response.headers.get("content-type"), "application/problem+json", text);
  const problem = Problem.parse(JSON.parse(text));
  assertEquals(problem.status, response.status);
  assertEquals(problem.instance, response.headers.get("x-request-id"));
  assertEquals(problem.error.message, problem.detail);
  if (expected.code !== undefined) assertEquals(problem.code, expected.code);
  if (expected.path !== undefined) {
    const fault = problem.errors.find(({ path }) => path === expected.path);
    assert(fault, `no fault at ${expected.path}: ${text}`);
    if (typeof expected.rule === "string") assertEquals(fault.rule, expected.rule);
    else if (expected.rule !== undefined) assertMatch(fault.rule, expected.rule);
    if ("value" in expected) assertEquals(fault.value, expected.value);
  }
  // Whatever was sent, the answer stays small.
  assert(text.length < 20_000, `${text.length} characters`);
  return problem;
}
