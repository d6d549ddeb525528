import { assertAlmostEquals } from "@std/assert";
import { createSchedule } from "../../../src/training/schedule.ts";

Deno.test("cosine warms up linearly, then falls along half a cosine to 0", () => {
  const schedule = createSchedule({ name: "cosine", warmup: 0.1 });
  assertAlmostEquals(schedule(0), 0);
  assertAlmostEquals(schedule(0.05), 0.5);
  assertAlmostEquals(schedule(0.1), 1);
  assertAlmostEquals(schedule(0.55), 0.5);
  assertAlmostEquals(schedule(1), 0, 1e-12);
  assertAlmostEquals(schedule(0.325), 0.5 * (1 + Math.SQRT1_2));
});

Deno.test("constant stays after warm-up, and no warm-up starts at 1", () => {
  const schedule = createSchedule({ name: "constant", warmup: 0 });
  assertAlmostEquals(schedule(0), 1);
  assertAlmostEquals(schedule(0.99), 1);
});
