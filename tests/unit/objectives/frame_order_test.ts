import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../../../src/data/image_batch.ts";
import { frameOrder } from "../../../src/objectives/frame_order.ts";
import { singleReplica } from "../../../src/parallel/single.ts";
import { Random } from "../../../src/random.ts";
import { FrameOrderOptions } from "../../../src/schemas/objective.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";

const SIZE = 12;
const LENGTH = SIZE * SIZE * 3;
const COUNTS = [3, 4, 7, 10];
const preprocessing = { size: SIZE, channels: 3 as const, mean: 0, standardDeviation: 1 };
const { augment } = recipePreset("frame-order");

/** Clips of noise whose frames differ by a step in brightness: frame k is 6k brighter. */
function clips(): ImageBatch {
  const capacity = 10;
  const pixels = new Uint8Array(COUNTS.length * capacity * LENGTH);
  COUNTS.forEach((count, i) => {
    const noise = new Random(i).stream("noise");
    const base = Uint8Array.from({ length: LENGTH }, () => noise.integer(100));
    for (let k = 0; k < count; k++) {
      pixels.set(base.map((value) => value + 6 * k), (i * capacity + k) * LENGTH);
    }
  });
  return {
    pixels: new Uint8Array(COUNTS.length * LENGTH),
    count: COUNTS.length,
    height: SIZE,
    width: SIZE,
    channels: 3,
    indices: Uint32Array.from(COUNTS.keys()),
    epoch: 0,
    clips: { pixels, capacity, counts: Uint8Array.from(COUNTS) },
  };
}

Deno.test("labels say whether the middle frame lies between; a clip's frames are augmented alike", async () => {
  await selectBackend("wasm");
  const objective = frameOrder(FrameOrderOptions.parse({ name: "frame-order", normalise: false }), {
    augment,
    preprocessing,
  });
  let inOrder = 0;
  for (let epoch = 0; epoch < 20; epoch++) {
    const { inputs, targets } = objective.views({ ...clips(), epoch }, new Random(1));
    const values = inputs.dataSync();
    const labels = targets.labels!.dataSync();
    assertEquals(inputs.shape, [4 * COUNTS.length, SIZE, SIZE, 3]);
    for (let i = 0; i < COUNTS.length; i++) {
      const rows = [0, 1, 2, 3].map((row) =>
        values.subarray((4 * i + row) * LENGTH, (4 * i + row + 1) * LENGTH)
      );
      // The same crop of the same noise: rows differ by a constant, which tells the frames' distance.
      const steps = rows.map((row) => {
        const differences = Array.from(row, (value, k) => (value - rows[0]![k]!) * 255 / 6);
        const [first] = differences;
        for (const difference of differences) assertAlmostEquals(difference, first!, 0.01);
        return Math.round(first!);
      });
      const [first, middle, last, other] = steps as [number, number, number, number];
      for (const [k, x] of [middle, other].entries()) {
        assertEquals(labels[2 * i + k], (x - first) * (last - x) > 0 ? 1 : 0);
      }
      inOrder += labels[2 * i]! + labels[2 * i + 1]!;
    }
    tf.dispose([inputs, targets]);
  }
  // Of the clip of three frames by chance, of all others exactly a half.
  assert(Math.abs(inOrder - 80) <= 20);
});

Deno.test("frames have one brightness and one contrast, unless that is turned off", async () => {
  await selectBackend("wasm");
  const objective = frameOrder(FrameOrderOptions.parse({ name: "frame-order" }), {
    augment,
    preprocessing,
  });
  const { inputs, targets } = objective.views(clips(), new Random(1));
  const { mean, variance } = tf.moments(inputs, [1, 2]);
  for (const value of mean.dataSync()) assertAlmostEquals(value, 0, 1e-4);
  for (const value of variance.dataSync()) assertAlmostEquals(value, 1, 1e-3);
  tf.dispose([inputs, targets, mean, variance]);
});

Deno.test("the accuracy weighs both kinds alike, whatever the share of negatives", async () => {
  await selectBackend("wasm");
  const objective = frameOrder(
    FrameOrderOptions.parse({ name: "frame-order", negatives: 0.75 }),
    { augment, preprocessing },
  );
  // Says "out of order" of all.
  const outputs = { logits: tf.tensor2d([[1, 0], [1, 0], [1, 0], [1, 0]]) };
  const targets = { labels: tf.tensor1d([0, 0, 0, 1], "int32") };
  const { frameOrderAccuracy } = objective.metrics(outputs, targets, singleReplica);
  assertAlmostEquals(frameOrderAccuracy!.dataSync()[0]!, 0.5, 1e-6);
  assertAlmostEquals(
    objective.chanceLoss!(4),
    -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75),
    1e-12,
  );
  tf.dispose([outputs, targets, frameOrderAccuracy!]);
});
