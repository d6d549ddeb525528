import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { augmentBatch, augmentComposed, drawViews } from "../../../../src/data/augment/augment.ts";
import {
  Field,
  identityParameters,
  interleaveParameters,
  parameterRow,
  ROW_LENGTH,
} from "../../../../src/data/augment/parameters.ts";
import { withTurns } from "../../../../src/data/augment/rotate90.ts";
import type { ImageBatch } from "../../../../src/data/image_batch.ts";
import { toInput } from "../../../../src/data/to_input.ts";
import { InvalidError } from "../../../../src/errors.ts";
import { Random } from "../../../../src/random.ts";
import type { AugmentOptions } from "../../../../src/schemas/recipe.ts";
import { emscriptenModule } from "../../../../src/tensor/wasm_heap.ts";
import { noiseBatch, toReferenceView } from "../../../support/augment_cases.ts";
import {
  assertClose,
  OPTIONS,
  RAW,
  runnable,
  startWasm,
  take,
} from "../../../support/augment_implementations.ts";

Deno.test("an image's views lie next to each other", async () => {
  await startWasm("simd");
  const batch = noiseBatch(4, 8, 8, 3);
  const views = [0, 1, 2].map((view) => drawViews(batch, OPTIONS, new Random(5), view));
  const x = augmentBatch(batch, views, RAW);
  assertEquals(x.shape, [12, 8, 8, 3]);
  const together = await take(x);
  const composed = await take(augmentComposed(batch, interleaveParameters(views), RAW));
  assertClose(together, composed, 1e-5, "composed");
  for (const [v, view] of views.entries()) {
    const alone = await take(augmentBatch(batch, [view], RAW));
    for (let i = 0; i < 4; i++) {
      const row = together.subarray((i * 3 + v) * 192, (i * 3 + v + 1) * 192);
      assertEquals(row, alone.subarray(i * 192, (i + 1) * 192));
    }
  }
});

Deno.test("a sample's views are the same in every batch", async () => {
  await startWasm("simd");
  const batch = noiseBatch(6, 16, 16, 3);
  const order = [4, 1, 5];
  const other: ImageBatch = {
    ...batch,
    count: 3,
    indices: Uint32Array.from(order),
    pixels: Uint8Array.from(
      order.flatMap((i) => [...batch.pixels.subarray(i * 768, i * 768 + 768)]),
    ),
  };
  const all = await take(augmentBatch(batch, [drawViews(batch, OPTIONS, new Random(9), 1)], RAW));
  const some = await take(augmentBatch(other, [drawViews(other, OPTIONS, new Random(9), 1)], RAW));
  order.forEach((i, j) => {
    assertEquals(some.subarray(j * 768, j * 768 + 768), all.subarray(i * 768, i * 768 + 768));
  });
});

Deno.test("seed, epoch, sample and view each give other parameters", () => {
  const batch = noiseBatch(2, 16, 16, 3);
  const draw = (seed: number, epoch: number, view: number) =>
    drawViews({ ...batch, epoch }, OPTIONS, new Random(seed), view).rows;
  assertEquals(draw(1, 0, 0), draw(1, 0, 0));
  for (const [seed, epoch, view] of [[2, 0, 0], [1, 1, 0], [1, 0, 1]] as const) {
    assertNotEquals(draw(seed, epoch, view), draw(1, 0, 0));
  }
  const rows = draw(1, 0, 0);
  assertNotEquals(rows.subarray(0, ROW_LENGTH), rows.subarray(ROW_LENGTH));
});

Deno.test("grey images get no saturation, hue or grey", () => {
  const batch = noiseBatch(64, 8, 8, 1);
  const parameters = drawViews(batch, { ...OPTIONS, grey: 1 }, new Random(0), 0);
  for (let i = 0; i < batch.count; i++) {
    const row = parameterRow(parameters, i);
    const order = toReferenceView(row).order!;
    assertEquals(order.filter((name) => name === "saturation" || name === "hue"), []);
    assertEquals(row[Field.grey], 0);
  }
});

Deno.test("without augmentations a view is the input itself", async () => {
  const batch = noiseBatch(3, 8, 8, 3);
  const nothing: AugmentOptions = {
    crop: null,
    flip: 0,
    jitter: null,
    grey: 0,
    rotate90: 0,
    tilt: 0,
    blur: null,
    sobel: 0,
    noise: null,
    cutout: null,
  };
  const parameters = drawViews(batch, nothing, new Random(0), 0);
  assertEquals(parameters, identityParameters(batch));
  for (const { start, augment } of runnable) {
    await start();
    const normalization = { mean: 0.5, standardDeviation: 0.25 };
    const view = await take(augment(batch, parameters, normalization));
    assertClose(view, await take(toInput(batch, normalization)), 1e-6, "view");
  }
});

Deno.test("withTurns changes the turn and nothing else", async () => {
  await startWasm("simd");
  const batch = noiseBatch(2, 8, 8, 3);
  const drawn = drawViews(batch, OPTIONS, new Random(2), 0);
  const upright = withTurns(drawn, 0);
  const turned = withTurns(drawn, 3);
  const expected = tf.tidy(() => {
    const x = augmentBatch(batch, [upright], RAW);
    return tf.reverse(x.transpose([0, 2, 1, 3]), 2);
  });
  assertEquals(await take(augmentBatch(batch, [turned], RAW)), await take(expected));
});

Deno.test("augmenting leaks no tensor and no heap", async () => {
  for (const { start, augment } of runnable) {
    await start();
    const batch = noiseBatch(4, 16, 16, 3);
    const parameters = drawViews(batch, OPTIONS, new Random(1), 0);
    augment(batch, parameters, RAW).dispose();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) augment(batch, parameters, RAW).dispose();
    assertEquals(tf.memory().numTensors, before);
  }
  await startWasm("simd");
  const heap = emscriptenModule(tf.backend() as BackendWasm).HEAPU8.length;
  const batch = noiseBatch(64, 32, 32, 3);
  const parameters = drawViews(batch, OPTIONS, new Random(1), 0);
  // 200 times a megabyte would show.
  for (let i = 0; i < 200; i++) augmentBatch(batch, [parameters], RAW).dispose();
  assertLess(emscriptenModule(tf.backend() as BackendWasm).HEAPU8.length - heap, 16 * 2 ** 20);
});

Deno.test("what cannot be augmented is refused", () => {
  const batch = noiseBatch(2, 8, 10, 3);
  assertThrows(() => drawViews(batch, OPTIONS, new Random(0), 0), InvalidError, "8×10");
  const parameters = identityParameters({ count: 3, height: 8, width: 10 });
  assertThrows(() => augmentBatch(batch, [parameters], RAW), InvalidError, "3 images");
  assertThrows(() => augmentBatch(batch, [], RAW), InvalidError, "0 views");
  const none = noiseBatch(0, 8, 8, 3);
  assertThrows(() => augmentBatch(none, [identityParameters(none)], RAW), InvalidError, "of 0");
});
