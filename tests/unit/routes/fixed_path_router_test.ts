import { assertEquals } from "@std/assert";
import { FixedPathRouter } from "../../../routes/fixed_path_router.ts";

/** The handlers that match, each with its parameters. */
function found(router: FixedPathRouter<string>, method: string, path: string) {
  return router.match(method, path)[0].map(([handler, parameters]) => [handler, { ...parameters }]);
}

Deno.test("a fixed path is answered the same the first time and later, by everything that matches", () => {
  const router = new FixedPathRouter<string>();
  router.add("ALL", "/*", "before");
  router.add("POST", "/jobs/:id", "job");
  router.add("POST", "/jobs/plan", "plan");
  const expected = [["before", {}], ["job", { id: "plan" }], ["plan", {}]];
  assertEquals(found(router, "POST", "/jobs/plan"), expected);
  assertEquals(found(router, "POST", "/jobs/plan"), expected);
  assertEquals(found(router, "GET", "/jobs/plan"), [["before", {}]]);
});

Deno.test("a route that is added later counts", () => {
  const router = new FixedPathRouter<string>();
  router.add("GET", "/a", "first");
  assertEquals(found(router, "GET", "/a"), [["first", {}]]);
  router.add("GET", "/:any", "second");
  assertEquals(found(router, "GET", "/a"), [["first", {}], ["second", { any: "a" }]]);
});

Deno.test("parameters are those of each request", () => {
  const router = new FixedPathRouter<string>();
  router.add("GET", "/:name", "handler");
  assertEquals(found(router, "GET", "/a"), [["handler", { name: "a" }]]);
  assertEquals(found(router, "GET", "/b"), [["handler", { name: "b" }]]);
});
