import { assertEquals } from "@std/assert";
import { confusionOf } from "../../../src/evaluation/confusion.ts";

Deno.test("each class has its row, recall and precision, counted by hand", () => {
  const labels = Int32Array.of(0, 0, 0, 1, 1, -1);
  const predicted = Int32Array.of(0, 0, 1, 1, 0, 1);
  assertEquals(confusionOf(labels, predicted, ["a", "b", "c"]), {
    classes: [
      { label: "a", items: 3, recall: 2 / 3, precision: 2 / 3 },
      // What has another label counts against the class it was taken for.
      { label: "b", items: 2, recall: 1 / 2, precision: 1 / 3 },
      { label: "c", items: 0, recall: null, precision: null },
    ],
    matrix: [[2, 1, 0], [1, 1, 0], [0, 0, 0]],
    otherLabels: 1,
  });
});

Deno.test("very many classes have figures but no matrix", () => {
  const classes = Array.from({ length: 201 }, (_, i) => `${i}`);
  const labels = Int32Array.from(classes.keys());
  const { matrix, classes: figures } = confusionOf(labels, labels, classes);
  assertEquals(matrix, null);
  assertEquals(figures.every(({ recall }) => recall === 1), true);
});
