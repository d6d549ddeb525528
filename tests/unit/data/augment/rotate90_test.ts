import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { rotateAllWays } from "../../../../src/data/augment/rotate90.ts";
import { InvalidError } from "../../../../src/errors.ts";
import { selectBackend } from "../../../../src/tensor/backend.ts";

// Silences a banner of the cpu backend.
tf.enableProdMode();

for (const backend of ["cpu", "wasm"] as const) {
  Deno.test(`each image at 0, 90, 180 and 270 degrees counter-clockwise, on ${backend}`, async () => {
    if (backend === "cpu") await tf.setBackend("cpu");
    else await selectBackend("wasm");
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
    const y = rotateAllWays(x);
    assertEquals(y.shape, [8, 2, 2, 1]);
    // numpy.rot90([[1, 2], [3, 4]], k) for k = 0..3.
    const first = [1, 2, 3, 4, 2, 4, 1, 3, 4, 3, 2, 1, 3, 1, 4, 2];
    assertEquals([...y.dataSync()], [...first, ...first.map((value) => value + 4)]);
    tf.dispose([x, y]);
  });
}

Deno.test("an oblong image cannot be turned by a quarter", async () => {
  await tf.setBackend("cpu");
  const x = tf.zeros<tf.Rank.R4>([1, 2, 3, 1]);
  assertThrows(() => rotateAllWays(x), InvalidError, "2×3");
  x.dispose();
});
