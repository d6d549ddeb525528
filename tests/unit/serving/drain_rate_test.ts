import { assertAlmostEquals, assertEquals } from "@std/assert";
import { DrainRate } from "../../../src/serving/drain_rate.ts";

Deno.test("the rate is images over the time spent on them", () => {
  const drain = new DrainRate();
  assertEquals(drain.perSecond, 0);
  drain.started(0);
  drain.finished(100, 8);
  assertEquals(drain.perSecond, 80);
});

Deno.test("idle time does not lower the rate", () => {
  const drain = new DrainRate();
  drain.started(0);
  drain.finished(100, 8);
  drain.started(1e6);
  drain.finished(1e6 + 100, 8);
  assertAlmostEquals(drain.perSecond, 80, 1e-9);
});

Deno.test("time that batches share is counted once", () => {
  const drain = new DrainRate();
  drain.started(0);
  drain.started(0);
  drain.finished(100, 8);
  drain.finished(200, 8);
  assertAlmostEquals(drain.perSecond, 80, 1e-9);
});

Deno.test("what was measured long ago is forgotten", () => {
  const drain = new DrainRate();
  drain.started(0);
  drain.finished(100, 800);
  for (let i = 1; i <= 100; i++) {
    drain.started(i * 1000);
    drain.finished(i * 1000 + 1000, 10);
  }
  assertAlmostEquals(drain.perSecond, 10, 0.1);
});

Deno.test("a failed batch costs its time", () => {
  const drain = new DrainRate();
  drain.started(0);
  drain.finished(100, 8);
  drain.started(100);
  drain.finished(200, 0);
  assertAlmostEquals(drain.perSecond, 40, 1);
});
