import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../../../../src/data/augment/augment.ts";
import { Field, identityParameters, ROW_LENGTH } from "../../../../src/data/augment/parameters.ts";
import { applyTilt } from "../../../../src/data/augment/random_tilt.ts";
import { Random } from "../../../../src/random.ts";
import { AugmentOptions } from "../../../../src/schemas/recipe.ts";
import { syntheticBatch } from "../../../support/synthetic_images.ts";
import { KERNEL_BACKENDS, onBackend, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

/**
 * torchvision 0.14.1: `rotate(arange(20).reshape(1, 4, 5) / 20, angle, BILINEAR)`, to 5 digits.
 */
const TORCHVISION: [number, number[]][] = [
  [30, [
    ...[0.01023, 0.06603, 0.18774, 0.35604, 0.2591],
    ...[0.04264, 0.21095, 0.37925, 0.54755, 0.71585],
    ...[0.23415, 0.40245, 0.57075, 0.73905, 0.90736],
    ...[0.23295, 0.59396, 0.76226, 0.59988, 0.18069],
  ]],
  [-17, [
    ...[0.10548, 0.11974, 0.09446, 0.09733, 0.08352],
    ...[0.37803, 0.37343, 0.34815, 0.32287, 0.2976],
    ...[0.6524, 0.62713, 0.60185, 0.57657, 0.51611],
    ...[0.37324, 0.63718, 0.85554, 0.83026, 0.51091],
  ]],
];

for (const backend of [...KERNEL_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`tilting agrees with torchvision on ${backend}`, () =>
    onBackend(backend, async () => {
      const parameters = identityParameters({ count: TORCHVISION.length, height: 4, width: 5 });
      TORCHVISION.forEach(([degrees], i) => {
        parameters.rows[i * ROW_LENGTH + Field.tilt] = degrees * Math.PI / 180;
      });
      const image = Float32Array.from({ length: 40 }, (_, i) => (i % 20) / 20);
      const tilted = tf.tidy(() => applyTilt(tf.tensor4d(image, [2, 4, 5, 1]), parameters, 0));
      const values = await tilted.data();
      tilted.dispose();
      TORCHVISION.flatMap(([, wanted]) => wanted).forEach((wanted, i) =>
        assertAlmostEquals(values[i]!, wanted, 2e-5)
      );
    }));
}

Deno.test("views are tilted where the options say so, by their key, and by no more", () =>
  onBackend(KERNEL_BACKENDS[0]!, () => {
    const batch = syntheticBatch(6, 12, 3);
    const options = AugmentOptions.parse({ crop: null, flip: 0, jitter: null, grey: 0, tilt: 20 });
    const draw = () => drawViews(batch, options, new Random(1), 0);
    const angles = Array.from(
      { length: 6 },
      (_, i) => draw().rows[i * ROW_LENGTH + Field.tilt]! * 180 / Math.PI,
    );
    assert(angles.every((angle) => Math.abs(angle) <= 20 && angle !== 0));
    const normalization = { mean: 0.5, standardDeviation: 0.25 };
    const [tilted, again, upright] = tf.tidy(() =>
      [draw(), draw(), drawViews(batch, { ...options, tilt: 0 }, new Random(1), 0)].map((views) =>
        augmentBatch(batch, [views], normalization).dataSync()
      )
    ) as unknown as [Float32Array, Float32Array, Float32Array];
    assertEquals(tilted, again);
    assert(tilted.some((value, i) => Math.abs(value - upright[i]!) > 0.1));
    // What comes in at the corners is black, not grey.
    assert(tilted.some((value, i) => Math.abs(value + 2) < 1e-5 && upright[i]! > -1.9));
  }));
