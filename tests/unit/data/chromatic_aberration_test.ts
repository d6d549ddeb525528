import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { dropColours, projectColours } from "../../../src/data/chromatic_aberration.ts";
import { normaliseTiles } from "../../../src/data/normalise_tiles.ts";
import { Random } from "../../../src/random.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";

function noise(shape: [number, number, number, number]): tf.Tensor4D {
  const random = new Random(5).stream("pixels");
  const size = shape.reduce((a, b) => a * b);
  return tf.tensor4d(Float32Array.from({ length: size }, () => random.normal(0.3, 2)), shape);
}

Deno.test("projecting leaves no green against magenta, and all that is across it", async () => {
  await selectBackend("wasm");
  const x = noise([2, 3, 4, 3]);
  const y = projectColours(x);
  const [before, after] = [x.dataSync(), y.dataSync()];
  for (let i = 0; i < after.length; i += 3) {
    const [r, g, b] = after.subarray(i, i + 3);
    assertAlmostEquals(2 * g! - r! - b!, 0, 1e-5);
    // Directions across (-1, 2, -1): all grey, and red against blue.
    const [r0, g0, b0] = before.subarray(i, i + 3);
    assertAlmostEquals(r! + g! + b!, r0! + g0! + b0!, 1e-5);
    assertAlmostEquals(r! - b!, r0! - b0!, 1e-5);
  }
  tf.dispose([x, y]);
});

Deno.test("dropping keeps one channel as it is; the others are flat but for faint noise", async () => {
  await selectBackend("wasm");
  const x = noise([40, 5, 5, 3]);
  const stream = (patch: number) => new Random(1).stream("colours", [0, patch]);
  const y = dropColours(x, stream);
  const again = dropColours(x, stream);
  assertEquals(y.dataSync(), again.dataSync());
  const [before, after] = [x.dataSync(), y.dataSync()];
  const chosen = [0, 0, 0];
  for (let patch = 0; patch < 40; patch++) {
    const channel = (values: Float32Array | Int32Array | Uint8Array, c: number) =>
      Array.from({ length: 25 }, (_, i) => values[(patch * 25 + i) * 3 + c]!);
    const spread = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)];
    };
    const kept = [0, 1, 2].filter((c) => channel(after, c).join() === channel(before, c).join());
    assertEquals(kept.length, 1);
    chosen[kept[0]!]!++;
    const [mean, deviation] = spread(channel(after, kept[0]!));
    for (const c of [0, 1, 2].filter((c) => c !== kept[0])) {
      const [otherMean, otherDeviation] = spread(channel(after, c));
      assertLess(otherDeviation!, 0.03 * deviation!);
      assertAlmostEquals(otherMean!, mean!, 0.01 * deviation!);
    }
  }
  assertEquals(chosen.every((count) => count > 4), true);
  tf.dispose([x, y, again]);
});

Deno.test("grey images have no colours to give anything away", async () => {
  await selectBackend("wasm");
  const x = noise([2, 3, 3, 1]);
  const outputs = [projectColours(x), dropColours(x, () => new Random(1).stream("colours"))];
  for (const y of outputs) assertEquals(y.dataSync(), x.dataSync());
  tf.dispose([x, ...outputs]);
});

Deno.test("tiles get mean 0 and spread 1 by channel; one of a single colour becomes 0", async () => {
  await selectBackend("wasm");
  const x = tf.tidy(() => tf.concat([noise([3, 4, 4, 2]), tf.fill([1, 4, 4, 2], 0.7)]));
  const y = normaliseTiles(x as tf.Tensor4D);
  const values = y.dataSync();
  for (let tile = 0; tile < 4; tile++) {
    for (let c = 0; c < 2; c++) {
      const channel = Array.from({ length: 16 }, (_, i) => values[(tile * 16 + i) * 2 + c]!);
      const mean = channel.reduce((a, b) => a + b) / 16;
      assertAlmostEquals(mean, 0, 1e-3);
      const square = channel.reduce((a, b) => a + b * b, 0) / 16;
      assertAlmostEquals(square, tile === 3 ? 0 : 1, 1e-3);
    }
  }
  tf.dispose([x, y]);
});
