import { assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import {
  augmentBatch,
  augmentComposed,
  drawViews,
  type Normalization,
} from "../../../../src/data/augment/augment.ts";
import {
  type AugmentParameters,
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
import { AugmentOptions } from "../../../../src/schemas/recipe.ts";
import { selectBackend } from "../../../../src/tensor/backend.ts";
import { hasRelaxedSimd, instantiateKernels } from "../../../../src/tensor/kernels/module.ts";
import { emscriptenModule } from "../../../../src/tensor/wasm_heap.ts";
import { noiseBatch, toParameters, toReferenceView } from "../../../support/augment_cases.ts";
import { type ReferenceView, referenceView } from "../../../support/augment_reference.ts";

// Silences a banner of the cpu backend.
tf.enableProdMode();

interface Fixture {
  size: number;
  cases: ReferenceView[];
  images: { channels: 1 | 3; pixels: number[]; views: number[][] }[];
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/augment_torchvision.json", import.meta.url)),
);

const RAW: Normalization = { mean: 0, standardDeviation: 1 };

/** Everything that can happen, often. */
const OPTIONS = AugmentOptions.parse({
  jitter: { probability: 0.9, brightness: 0.6, contrast: 0.6, saturation: 0.6, hue: 0.4 },
  grey: 0.3,
  rotate90: 0.5,
});

type Augment = typeof augmentComposed;

const fused: Augment = (batch, parameters, normalization) =>
  augmentBatch(batch, [parameters], normalization);

interface Implementation {
  name: string;
  /** Cannot run on this machine. */
  ignore?: boolean;
  start: () => Promise<unknown>;
  augment: Augment;
}

/** Every way there is to make a view. */
const implementations: Implementation[] = [
  { name: "composed on cpu", start: () => tf.setBackend("cpu"), augment: augmentComposed },
  { name: "composed on wasm", start: () => selectBackend("wasm"), augment: augmentComposed },
  {
    name: "composed on webgpu (where there is an adapter)",
    ignore: !await navigator.gpu?.requestAdapter(),
    start: () => tf.findBackend("webgpu") ? tf.setBackend("webgpu") : selectBackend("webgpu"),
    augment: augmentComposed,
  },
  { name: "fused, plain SIMD", start: () => startWasm("simd"), augment: fused },
  {
    name: "fused, relaxed SIMD (where there is any)",
    ignore: !hasRelaxedSimd(),
    start: () => startWasm("relaxed"),
    augment: fused,
  },
];
const runnable = implementations.filter(({ ignore }) => !ignore);

async function startWasm(build: "simd" | "relaxed") {
  await selectBackend("wasm");
  await instantiateKernels(emscriptenModule(tf.backend() as BackendWasm).asm.memory, build);
}

/** A tensor's numbers; it is disposed. */
async function take(x: tf.Tensor): Promise<Float32Array> {
  const values = (await x.data<"float32">()).slice();
  x.dispose();
  return values;
}

function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  label: string,
) {
  assertEquals(actual.length, expected.length, label);
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (!(error <= tolerance)) {
      throw new Error(`${label}: [${i}] is ${actual[i]}, expected ${expected[i]}`);
    }
  }
}

function reference(batch: ImageBatch, parameters: AugmentParameters): number[] {
  const { count, height, width, channels, pixels } = batch;
  const length = height * width * channels;
  return Array.from({ length: count }, (_, i) =>
    referenceView(
      pixels.subarray(i * length, (i + 1) * length),
      height,
      width,
      channels,
      toReferenceView(parameterRow(parameters, i)),
    )).flat();
}

Deno.test("the reference gives torchvision's numbers", () => {
  for (const { channels, pixels, views } of fixture.images) {
    fixture.cases.forEach((view, i) => {
      const actual = referenceView(pixels, fixture.size, fixture.size, channels, view);
      assertClose(actual, views[i]!, 2e-5, JSON.stringify(view));
    });
  }
});

for (const { name, ignore = false, start, augment } of implementations) {
  Deno.test(`views ${name} are torchvision's`, { ignore }, async () => {
    await start();
    for (const { channels, pixels, views } of fixture.images) {
      const size = fixture.size;
      const batch = { ...noiseBatch(1, size, size, channels), pixels: Uint8Array.from(pixels) };
      for (const [i, view] of fixture.cases.entries()) {
        const actual = await take(augment(batch, toParameters(size, view), RAW));
        assertClose(actual, views[i]!, 2e-5, JSON.stringify(view));
      }
    }
  });

  Deno.test(`views ${name} are the reference's at odd sizes, with one and three channels`, {
    ignore,
  }, async () => {
    await start();
    for (const size of [8, 28, 33]) {
      for (const channels of [1, 3] as const) {
        const batch = noiseBatch(6, size, size, channels);
        const parameters = drawViews(batch, OPTIONS, new Random(size), 0);
        const actual = await take(augment(batch, parameters, RAW));
        assertClose(actual, reference(batch, parameters), 1e-5, `${size}x${size}x${channels}`);
      }
    }
  });

  Deno.test(`views ${name} of oblong images are the reference's`, { ignore }, async () => {
    await start();
    const batch = noiseBatch(5, 9, 14, 3);
    const parameters = drawViews(batch, { ...OPTIONS, rotate90: 0 }, new Random(7), 1);
    const actual = await take(augment(batch, parameters, RAW));
    assertClose(actual, reference(batch, parameters), 1e-5, "9x14x3");
  });

  Deno.test(
    `views ${name} of black, white, grey and pure colours are the reference's`,
    { ignore },
    async () => {
      await start();
      const colours = [[0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0], [0, 255, 255]];
      colours.push([254, 255, 255], [1, 0, 0], [255, 255, 0]);
      const batch = noiseBatch(colours.length, 8, 8, 3);
      colours.forEach((colour, i) => {
        for (let p = 0; p < 64; p++) batch.pixels.set(colour, (i * 64 + p) * 3);
      });
      for (let draw = 0; draw < 4; draw++) {
        const parameters = drawViews(batch, { ...OPTIONS, grey: 0 }, new Random(draw), 0);
        const actual = await take(augment(batch, parameters, RAW));
        assertClose(actual, reference(batch, parameters), 1e-5, `draw ${draw}`);
      }
    },
  );

  Deno.test(`views ${name} are normalised`, { ignore }, async () => {
    await start();
    const batch = noiseBatch(3, 12, 12, 3);
    const parameters = drawViews(batch, OPTIONS, new Random(3), 0);
    const actual = await take(augment(batch, parameters, { mean: 0.4, standardDeviation: 0.2 }));
    const expected = reference(batch, parameters).map((value) => (value - 0.4) / 0.2);
    assertClose(actual, expected, 5e-5, "normalised");
  });
}

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
  const nothing: AugmentOptions = { crop: null, flip: 0, jitter: null, grey: 0, rotate90: 0 };
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
});
