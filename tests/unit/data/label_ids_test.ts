import { assertEquals } from "@std/assert";
import { labelIds } from "../../../src/data/label_ids.ts";

Deno.test("a label has the same id in all lists, by the order of names", () => {
  const { classes, ids } = labelIds(["dog", null, "cat"], ["cow", "cat"]);
  assertEquals(classes, ["cat", "cow", "dog"]);
  assertEquals(ids, [Int32Array.of(2, -1, 0), Int32Array.of(1, 0)]);
});
