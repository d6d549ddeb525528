import { assertEquals } from "@std/assert";
import { ProgressThrottle } from "../../../src/jobs/progress_throttle.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function make() {
  const clock = new FakeClock();
  const passed: number[] = [];
  const throttle = new ProgressThrottle<number>((value) => passed.push(value), 250, clock);
  return { clock, passed, throttle };
}

Deno.test("the first value passes at once, of a burst the last one when it is time", async () => {
  const { clock, passed, throttle } = make();
  for (let i = 0; i < 1000; i++) throttle.push(i);
  assertEquals(passed, [0]);
  await clock.advance(249);
  assertEquals(passed, [0]);
  await clock.advance(1);
  assertEquals(passed, [0, 999]);
  assertEquals(clock.waiting, 0);
});

Deno.test("values further apart all pass", async () => {
  const { clock, passed, throttle } = make();
  for (let i = 0; i < 3; i++) {
    throttle.push(i);
    await clock.advance(250);
  }
  assertEquals(passed, [0, 1, 2]);
});

Deno.test("a steady stream passes four times a second", async () => {
  const { clock, passed, throttle } = make();
  for (let i = 0; i < 199; i++) {
    throttle.push(i);
    await clock.advance(10);
  }
  assertEquals(passed.length, 8);
});

Deno.test("what is held passes when it is flushed, and nothing is left waiting", () => {
  const { clock, passed, throttle } = make();
  throttle.flush();
  throttle.push(1);
  throttle.push(2);
  throttle.flush();
  throttle.flush();
  assertEquals(passed, [1, 2]);
  assertEquals(clock.waiting, 0);
});
