import { assertEquals } from "@std/assert";
import { CommonFolder, pathLabel } from "../../../src/datasets/path_label.ts";

function labels(...paths: string[]): (string | null)[] {
  const common = new CommonFolder();
  for (const path of paths) common.add(path);
  return paths.map((path) => pathLabel(path, common.depth));
}

Deno.test("the label is the first folder", () => {
  assertEquals(labels("cat/1.jpg", "dog/2.jpg", "dog/old/3.jpg"), ["cat", "dog", "dog"]);
});

Deno.test("folders around everything are no label, however many", () => {
  assertEquals(labels("pets/cat/1.jpg", "pets/dog/2.jpg"), ["cat", "dog"]);
  assertEquals(labels("a/b/cat/1.jpg", "a/b/dog/x/2.jpg"), ["cat", "dog"]);
  assertEquals(labels("a/cat/1.jpg", "a/catalogue/2.jpg"), ["cat", "catalogue"]);
});

Deno.test("items without a folder of their own have no label", () => {
  assertEquals(labels("1.jpg", "2.jpg"), [null, null]);
  assertEquals(labels("photos/1.jpg", "photos/2.jpg"), [null, null]);
  assertEquals(labels("pets/cat/1.jpg", "pets/2.jpg"), ["cat", null]);
  assertEquals(labels("2.jpg", "cat/1.jpg"), [null, "cat"]);
  assertEquals(labels("a/b/1.jpg"), [null]);
});

Deno.test("labels do not depend on the order of the items", () => {
  assertEquals(labels("a/b/c/1.jpg", "a/b/2.jpg", "a/d/3.jpg"), ["b", "b", "d"]);
  assertEquals(labels("a/d/3.jpg", "a/b/2.jpg", "a/b/c/1.jpg"), ["d", "b", "b"]);
});
