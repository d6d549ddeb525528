import { assert, assertEquals } from "@std/assert";
import type { RouteConfig } from "@hono/zod-openapi";
import type { Hono } from "hono";
import type { RoutesClient } from "../../../client.ts";
import type { AlikeRoutes } from "../../../routes/alike_routes.ts";
import { ROUTE_FILES } from "../../../routes/route_files.ts";
import type { Job } from "../../../src/schemas/job.ts";
import type { Problem } from "../../../src/schemas/problem.ts";
import { jsonOf, testApp } from "../../support/http_client.ts";

/** Whether an export is what `createRoute` makes. */
function isRoute(value: unknown): value is RouteConfig {
  return typeof value === "object" && value !== null && "getRoutingPath" in value;
}

Deno.test("the types of the client are made of every route of the OpenAPI document, and no other", async () => {
  const { paths } = await jsonOf(await testApp().send("GET", "/openapi.json"));
  const documented = Object.entries<object>(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  const exported = ROUTE_FILES.flatMap((file) => Object.values(file)).filter(isRoute)
    .map(({ method, path }) => `${method} ${path}`);
  assert(documented.length > 50);
  assertEquals(exported.sort(), documented.sort());
});

/** Compiles if it is given `true`. */
type Holds<Claim extends true> = Claim;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true
  : false;

// deno-lint-ignore no-explicit-any -- of any environment
type Schema = AlikeRoutes extends Hono<any, infer Routes, any> ? Routes : never;
type Exports = { [File in keyof typeof ROUTE_FILES]: (typeof ROUTE_FILES)[File] }[number];
type Made<File> = File extends unknown ? Extract<File[keyof File], { getRoutingPath(): string }>
  : never;
/** An answer's JSON, of a status. */
type JsonOf<Answer, Ok extends boolean> = Answer extends { ok: Ok; json(): Promise<infer Json> }
  ? Json
  : never;

/** Claims about types: that this file compiles is their test. */
export type Claims = [
  // Not one route is lost for being typed too loosely, nor swallowed by a path that is any text.
  Holds<Same<Exclude<Made<Exports>, RouteConfig>, never>>,
  Holds<string extends keyof Schema ? false : true>,
  Holds<"/v1/jobs/:id/pause" | "/v1/predict/rotation" extends keyof Schema ? true : false>,
  Holds<Same<keyof Schema["/v1/datasets/:dataset"], "$get" | "$delete">>,
  // Answers are what the schemas say, refusals problem documents.
  Holds<Same<JsonOf<Awaited<ReturnType<GetJob>>, true>, Job>>,
  Holds<Same<JsonOf<Awaited<ReturnType<GetJob>>, false>, Problem>>,
  // What need not be given may be left out; what has a default too.
  Holds<[] extends Parameters<RoutesClient["v1"]["jobs"]["$get"]> ? true : false>,
  Holds<[] extends Parameters<RoutesClient["health"]["$get"]> ? true : false>,
  Holds<[] extends Parameters<GetJob> ? false : true>,
  Holds<[] extends Parameters<RoutesClient["v1"]["datasets"]["$post"]> ? false : true>,
];
type GetJob = RoutesClient["v1"]["jobs"][":id"]["$get"];

/** What must not compile; never called. */
export async function refusedByTheCompiler({ v1, metrics }: RoutesClient): Promise<void> {
  const param = { id: "job_0000000000000001" };
  // @ts-expect-error: no such path
  await v1.job.$get();
  // @ts-expect-error: no such method
  await v1.recipes.$delete();
  // @ts-expect-error: the parameter has another name
  await v1.jobs[":id"].$get({ param: { job: "job_0000000000000001" } });
  // @ts-expect-error: no such state
  await v1.jobs.$get({ query: { state: "done" } });
  // @ts-expect-error: numbers of the query are text
  await v1.jobs.$get({ query: { limit: 5 } });
  // @ts-expect-error: no such query parameter
  await v1.jobs.$get({ query: { most: "5" } });
  // @ts-expect-error: a body must be given
  await v1.jobs.$post();
  // @ts-expect-error: no such type of job
  await v1.jobs.$post({ json: { type: "play", dataset: "pets" } });
  // @ts-expect-error: steps are a number
  await v1.jobs.$post({ json: { type: "train", dataset: "pets", steps: "10" } });
  // @ts-expect-error: no such field of a form
  await v1.embeddings.$post({ form: { input: new Blob(), size: "3" } });

  const response = await v1.jobs[":id"].$get({ param });
  // @ts-expect-error: it may be refused
  const { state } = await response.json();
  if (response.ok) {
    const job = await response.json();
    // @ts-expect-error: no such field
    const { status } = job;
    // @ts-expect-error: no such state
    if (job.state === "done") return;
    void status;
  } else {
    // @ts-expect-error: the code of a problem is text
    const code: number = (await response.json()).code;
    void code;
  }
  const text = await metrics.$get();
  // @ts-expect-error: it is no JSON
  if (text.ok) (await text.json()).anything;
  void state;
}
