import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { corrupt, featureRange, imageRange, type ValueRange } from "../../../src/data/corrupt.ts";
import { Random } from "../../../src/random.ts";
import type { Noise } from "../../../src/schemas/objective.ts";
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const NORMAL = { mean: 0.5, standardDeviation: 0.25 };
const SHAPE = [2, 40, 40, 3] as const;

/** A grey image of 0.6, corrupted. */
async function corrupted(noise: Noise, range: ValueRange, seed = 1): Promise<Float32Array> {
  const answer = tf.tidy(() => {
    const streams = [0, 1].map((i) => new Random(seed).stream("noise", [i]));
    return corrupt(tf.fill([...SHAPE], 0.4) as tf.Tensor4D, noise, range, streams);
  });
  const values = await answer.data<"float32">();
  answer.dispose();
  return values;
}

const share = (values: Float32Array, wanted: number) =>
  values.filter((value) => Math.abs(value - wanted) < 1e-5).length / values.length;

for (const backend of [...TEST_BACKENDS.slice(0, 1), ...WEBGPU_BACKENDS]) {
  Deno.test(`${backend}: Gaussian noise has its deviation, in units of 0..1, and is clipped`, async () => {
    await onBackend(backend, async () => {
      const values = await corrupted({ kind: "gaussian", level: 0.1 }, imageRange(NORMAL));
      const pixels = values.map((value) => value * 0.25 + 0.5);
      const mean = pixels.reduce((a, b) => a + b) / pixels.length;
      const variance = pixels.reduce((a, b) => a + (b - mean) ** 2, 0) / pixels.length;
      assertAlmostEquals(mean, 0.6, 0.005);
      assertAlmostEquals(Math.sqrt(variance), 0.1, 0.005);
      const wild = await corrupted({ kind: "gaussian", level: 0.9 }, imageRange(NORMAL));
      assert(Math.min(...wild) >= -2 && Math.max(...wild) <= 2);
      const free = await corrupted({ kind: "gaussian", level: 0.9 }, featureRange(NORMAL));
      assert(Math.max(...free) > 3 && Math.min(...free) < -3);
    });
  });

  Deno.test(`${backend}: masked pixels become the mean, all channels together`, async () => {
    await onBackend(backend, async () => {
      const noise = { kind: "masking", level: 0.3 } as const;
      const values = await corrupted(noise, imageRange(NORMAL));
      assertAlmostEquals(share(values, 0), 0.3, 0.03);
      assertAlmostEquals(share(values, 0.4), 0.7, 0.03);
      for (let i = 0; i < values.length; i += 3) assertEquals(values[i], values[i + 2]);
      const features = await corrupted(noise, featureRange(NORMAL));
      assert(features.some((value, i) => i % 3 === 0 && value !== features[i + 2]));
    });
  });

  Deno.test(`${backend}: salt and pepper turn half of the pixels each, by the seed`, async () => {
    await onBackend(backend, async () => {
      const noise = { kind: "salt-and-pepper", level: 0.4 } as const;
      const values = await corrupted(noise, imageRange(NORMAL));
      assertAlmostEquals(share(values, -2), 0.2, 0.03);
      assertAlmostEquals(share(values, 2), 0.2, 0.03);
      assertEquals(values, await corrupted(noise, imageRange(NORMAL)));
      assertNotEquals(values, await corrupted(noise, imageRange(NORMAL), 2));
    });
  });
}
