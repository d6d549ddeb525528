import { assertEquals } from "@std/assert";
import { Alarm } from "../../src/alarm.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("an alarm rings once, when it was last set for", async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const rang: number[] = [];
  const alarm = new Alarm(clock, () => rang.push(clock.now() - start));
  alarm.set(start + 30);
  alarm.set(start + 10);
  assertEquals([alarm.at, clock.waiting], [start + 10, 1]);
  await clock.advance(50);
  assertEquals(rang, [10]);
  assertEquals([alarm.at, clock.waiting], [Infinity, 0]);
  alarm.set(start + 60);
  await clock.advance(50);
  assertEquals(rang, [10, 60]);
});

Deno.test("an alarm that is turned off has no timer", async () => {
  const clock = new FakeClock();
  const alarm = new Alarm(clock, () => {
    throw new Error("it rang");
  });
  alarm.set(clock.now() + 10);
  alarm.set(Infinity);
  assertEquals(clock.waiting, 0);
  await clock.advance(20);
});
