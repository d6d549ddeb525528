import { assertEquals } from "@std/assert";
import { leftOut } from "../../src/training/left_out.ts";

const skipped = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, error: new Error(`item ${index}`) }));

Deno.test("leftOut: names every item up to fifty, and counts the others", () => {
  assertEquals(leftOut([]), []);
  const messages = (count: number) =>
    leftOut(skipped(count)).map((event) => event.type === "log" && event.message);
  assertEquals(messages(2), ["left out: item 0", "left out: item 1"]);
  assertEquals(messages(50).length, 50);
  assertEquals(messages(50).at(-1), "left out: item 49");
  assertEquals(messages(53).length, 51);
  assertEquals(messages(53).at(-1), "left out: 3 more, as those before");
});
