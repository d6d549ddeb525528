import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { packImages } from "../../../src/data/pack_images.ts";
import { toInput } from "../../../src/data/to_input.ts";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { encodeStages } from "../../../src/evaluation/encode_stages.ts";
import { encodeAll } from "../../../src/evaluation/features.ts";
import { Random } from "../../../src/random.ts";
import { syntheticSource } from "../../support/synthetic_images.ts";
import { KERNEL_BACKENDS, onBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const PREPROCESSING = { size: 16, channels: 3 as const, mean: 0.5, standardDeviation: 0.25 };
const pause = () => Promise.resolve();

for (const backend of [KERNEL_BACKENDS[0]!, ...WEBGPU_BACKENDS]) {
  Deno.test(`${backend}: every stage is pooled over its positions, and the last is h`, () =>
    onBackend(backend, async () => {
      const images = await packImages(syntheticSource(5, 16, 3), {
        ...PREPROCESSING,
        maxPixels: 1e6,
      });
      const encoder = createEncoder({ name: "resnet8", width: 4 }, 3, new Random(3));
      try {
        const items = { images, positions: [4, 0, 2] };
        const stages = await encodeStages(encoder, items, PREPROCESSING, pause);
        assertEquals(stages.map(({ rows, dimensions }) => [rows, dimensions]), [
          [3, 4],
          [3, 8],
          [3, 16],
        ]);
        const last = await encodeAll(encoder, items, PREPROCESSING, pause);
        last.values.forEach((value, i) => assertAlmostEquals(stages[2]!.values[i]!, value, 1e-5));

        // The first stage by hand, in double precision.
        const map = tf.tidy(() =>
          encoder.stages[0]!.apply(toInput(images.gather([4], 0), PREPROCESSING), {
            training: false,
          })
        );
        const values = await map.data();
        const channels = map.shape[3];
        const sums = new Float64Array(channels);
        values.forEach((value, i) => sums[i % channels]! += value * channels / values.length);
        sums.forEach((mean, c) => assertAlmostEquals(stages[0]!.values[c]!, mean, 1e-5));
        map.dispose();
      } finally {
        encoder.dispose();
        images.close();
      }
    }));
}
