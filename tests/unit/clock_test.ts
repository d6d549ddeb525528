import { assertEquals } from "@std/assert";
import { systemClock } from "../../src/clock.ts";

Deno.test("a timer fires, and one that is called off does not", async () => {
  const fired: string[] = [];
  const stop = systemClock.schedule(0, () => fired.push("stopped"));
  stop();
  await new Promise<void>((resolve) =>
    systemClock.schedule(0, () => {
      fired.push("fired");
      resolve();
    })
  );
  assertEquals(fired, ["fired"]);
});

Deno.test("a wait that is longer than a timer knows does not fire at once", async () => {
  let fired = false;
  const stop = systemClock.schedule(2 ** 40, () => (fired = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  stop();
  assertEquals(fired, false);
});
