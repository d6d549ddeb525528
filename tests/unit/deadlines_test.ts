import { assertEquals } from "@std/assert";
import { Deadlines } from "../../src/deadlines.ts";
import { FakeClock } from "../support/fake_clock.ts";

Deno.test("deadlines fire in their moment, whatever the order they came in", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const start = clock.now();
  const fired: [string, number][] = [];
  const add = (name: string, ms: number) =>
    deadlines.add(start + ms, () => fired.push([name, clock.now() - start]));
  add("second", 20);
  add("first", 10);
  add("third", 30);
  await clock.advance(100);
  assertEquals(fired, [["first", 10], ["second", 20], ["third", 30]]);
  assertEquals(clock.waiting, 0);
});

Deno.test("many deadlines have one timer, and none is left when all are called off", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let fired = 0;
  const callOff = Array.from(
    { length: 10 },
    (_, i) => deadlines.add(clock.now() + 10 * (i + 1), () => fired++),
  );
  assertEquals(clock.waiting, 1);
  callOff.slice(0, 9).forEach((off) => off());
  await clock.advance(99);
  assertEquals(fired, 0);
  assertEquals(clock.waiting, 1);
  callOff.forEach((off) => off());
  assertEquals(clock.waiting, 0);
  await clock.advance(100);
  assertEquals(fired, 0);
});

Deno.test("a deadline that passes may call off another of the same moment, and add one", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const at = clock.now() + 10;
  const fired: string[] = [];
  deadlines.add(at, () => {
    fired.push("first");
    callOff();
    deadlines.add(at + 5, () => fired.push("later"));
  });
  const callOff = deadlines.add(at, () => fired.push("called off"));
  await clock.advance(20);
  assertEquals(fired, ["first", "later"]);
  assertEquals(clock.waiting, 0);
});

Deno.test("a deadline in the past fires at once, but not while it is added", async () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  let fired = 0;
  deadlines.add(clock.now() - 5, () => fired++);
  assertEquals(fired, 0);
  await clock.advance(0);
  assertEquals(fired, 1);
});
