import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { toInput } from "../../../src/data/to_input.ts";

// Silences a banner of the cpu backend.
tf.enableProdMode();

Deno.test("bytes become normalised numbers of the same shape", async () => {
  await tf.setBackend("cpu");
  const images = { pixels: Uint8Array.from([0, 51, 255, 128]), count: 2, height: 1, width: 2 };
  const x = toInput({ ...images, channels: 1 }, { mean: 0.5, standardDeviation: 0.25 });
  assertEquals(x.shape, [2, 1, 2, 1]);
  const expected = [0, 51, 255, 128].map((byte) => (byte / 255 - 0.5) / 0.25);
  assertEquals([...x.dataSync()], expected.map(Math.fround));
  x.dispose();
});
