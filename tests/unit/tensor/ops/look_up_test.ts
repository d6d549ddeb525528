import { assertEquals } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import { Random } from "../../../../src/random.ts";
import { lookUp } from "../../../../src/tensor/ops/look_up.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`each byte becomes its number of the table, and what came stays, on ${backend}`, () =>
    onBackend(backend, async () => {
      const stream = new Random(3).stream("look up", []);
      const table = Float32Array.from({ length: 256 }, () => stream.normal(1));
      const bytes = Uint8Array.from({ length: 2 * 3 * 43 }, (_, i) => i);
      const y = lookUp<tf.Rank.R3>(bytes, table, [2, 3, 43]);
      bytes.fill(7);
      assertEquals(y.shape, [2, 3, 43]);
      assertEquals(y.dtype, "float32");
      assertEquals([...await y.data()], Array.from({ length: 258 }, (_, i) => table[i % 256]!));
      y.dispose();
    }));
}
