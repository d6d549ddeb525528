import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { augmentBatch, drawViews } from "../../../../src/data/augment/augment.ts";
import { fillNoise } from "../../../../src/data/augment/gaussian_noise.ts";
import {
  type AugmentParameters,
  filterColumn,
  FilterField,
  filterRow,
  identityParameters,
  interleaveParameters,
} from "../../../../src/data/augment/parameters.ts";
import { toInput } from "../../../../src/data/to_input.ts";
import { Random } from "../../../../src/random.ts";
import { AugmentOptions } from "../../../../src/schemas/recipe.ts";
import {
  noiseBatch,
  toFilterParameters,
  toReferenceFilters,
} from "../../../support/augment_cases.ts";
import {
  assertClose,
  implementations,
  RAW,
  runnable,
  startWasm,
  take,
} from "../../../support/augment_implementations.ts";
import { type ReferenceFilters, referenceFilters } from "../../../support/filters_reference.ts";

interface Fixture {
  height: number;
  width: number;
  cases: ReferenceFilters[];
  images: { channels: 1 | 3; pixels: string; views: string[] }[];
}

const fixture: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("../../../fixtures/filters_torchvision.json", import.meta.url)),
);

const numbers = (text: string) => text.split(" ").map(Number);
const NORMALIZATION = { mean: 0.4, standardDeviation: 0.2 };

/** Every filter, often, and nothing else. */
const FILTERS = AugmentOptions.parse({
  crop: null,
  flip: 0,
  jitter: null,
  grey: 0,
  blur: { sigma: [0.2, 3] },
  sobel: 0.4,
  noise: { sigma: [0.05, 0.3] },
  cutout: { probability: 0.7, size: [0.2, 0.9] },
});

/** The normal numbers of a view, counted off from the start of their stream. */
function normals(start: number, length: number): number[] {
  const stream = new Random(0).stream("noise table");
  for (let i = 0; i < start; i++) stream.normal();
  return Array.from({ length }, () => stream.normal());
}

function reference(
  values: Float32Array,
  shape: readonly [number, number, number, number],
  parameters: AugmentParameters,
): number[] {
  const [n, height, width, channels] = shape;
  const length = height * width * channels;
  return Array.from({ length: n }, (_, i) => {
    const filters = toReferenceFilters(filterRow(parameters, i));
    if (filters.noise) filters.normals = normals(filters.noiseStart!, length);
    const image = values.subarray(i * length, (i + 1) * length);
    return referenceFilters(image, [height, width, channels], filters, NORMALIZATION);
  }).flat();
}

Deno.test("the filters' reference gives torchvision's numbers", () => {
  const { height, width } = fixture;
  for (const { channels, pixels, views } of fixture.images) {
    const values = numbers(pixels).map((byte) => byte / 255);
    fixture.cases.forEach((filters, i) => {
      const actual = referenceFilters(values, [height, width, channels], filters, RAW);
      assertClose(actual, numbers(views[i]!), 1e-5, JSON.stringify(filters));
    });
  }
});

for (const { name, ignore = false, start, filter } of implementations) {
  Deno.test(`filters ${name} are torchvision's`, { ignore }, async () => {
    await start();
    const { height, width } = fixture;
    for (const { channels, pixels, views } of fixture.images) {
      const bytes = Uint8Array.from(numbers(pixels));
      for (const [i, filters] of fixture.cases.entries()) {
        const parameters = toFilterParameters(fixture, filters);
        const actual = await take(tf.tidy(() =>
          filter(
            toInput({ pixels: bytes, count: 1, height, width, channels }, RAW),
            parameters,
            RAW,
          )
        ));
        assertClose(actual, numbers(views[i]!), 1e-5, JSON.stringify(filters));
      }
    }
  });

  Deno.test(`filters ${name} are the reference's, drawn at random, at any size`, {
    ignore,
  }, async () => {
    await start();
    for (const [height, width, channels] of [[8, 8, 1], [41, 23, 3], [9, 14, 1]] as const) {
      const batch = noiseBatch(12, height, width, channels);
      const parameters = drawViews(batch, FILTERS, new Random(height), 0);
      // The reference counts off the stream: not from too far.
      for (let i = 0; i < batch.count; i++) {
        filterRow(parameters, i)[FilterField.noiseStart]! %= 1000;
      }
      const x = toInput(batch, RAW);
      const values = (await x.data<"float32">()).slice();
      const actual = await take(filter(x, parameters, NORMALIZATION));
      x.dispose();
      const expected = reference(values, [12, height, width, channels], parameters);
      assertClose(actual, expected, 2e-5, `${height}x${width}x${channels}`);
    }
  });

  Deno.test(`filtering ${name} leaves no tensor behind, and its input as it was`, {
    ignore,
  }, async () => {
    await start();
    const batch = noiseBatch(6, 12, 12, 3);
    const parameters = drawViews(batch, FILTERS, new Random(1), 0);
    const x = toInput(batch, RAW);
    const before = await x.data<"float32">();
    const tensors = tf.memory().numTensors;
    filter(x, parameters, RAW).dispose();
    assertEquals(tf.memory().numTensors, tensors);
    assertEquals(await x.data<"float32">(), before);
    x.dispose();
  });
}

Deno.test("views are filtered after everything else, also where they are tilted", async () => {
  const batch = noiseBatch(8, 16, 16, 3);
  const options = { ...FILTERS, tilt: 30, flip: 0.5 };
  const parameters = drawViews(batch, options, new Random(4), 0);
  const plain = { ...parameters, filters: identityParameters(batch).filters };
  for (const { name, start, filter } of runnable) {
    await start();
    const actual = await take(augmentBatch(batch, [parameters], NORMALIZATION));
    const steps = await take(
      tf.tidy(() => filter(augmentBatch(batch, [plain], RAW), parameters, NORMALIZATION)),
    );
    assertClose(actual, steps, 1e-5, name);
  }
});

Deno.test("filters of several views stay with their view", async () => {
  await startWasm("simd");
  const batch = noiseBatch(3, 8, 8, 3);
  const views = [0, 1].map((view) => drawViews(batch, FILTERS, new Random(5), view));
  const together = interleaveParameters(views);
  for (let i = 0; i < 3; i++) {
    for (const v of [0, 1]) {
      assertEquals(filterRow(together, 2 * i + v), filterRow(views[v]!, i));
    }
  }
  const x = await take(augmentBatch(batch, views, RAW));
  const second = await take(augmentBatch(batch, [views[1]!], RAW));
  assertEquals(x.subarray(192, 384), second.subarray(0, 192));
});

Deno.test("a filter that is off draws nothing, and changes no other one's draws", () => {
  const batch = noiseBatch(32, 16, 16, 3);
  const all = drawViews(batch, FILTERS, new Random(3), 0);
  for (
    const [off, value, fields] of [
      ["blur", null, ["blur"]],
      ["sobel", 0, ["sobel"]],
      ["noise", null, ["noise", "noiseStart"]],
      ["cutout", null, ["cutTop", "cutLeft", "cutHeight", "cutWidth"]],
    ] as const
  ) {
    const without = drawViews(batch, { ...FILTERS, [off]: value }, new Random(3), 0);
    for (const [field, at] of Object.entries(FilterField)) {
      const column = filterColumn(without, at);
      if ((fields as readonly string[]).includes(field)) {
        assert(column.every((number) => number === 0), field);
      } else assertEquals(column, filterColumn(all, at), field);
    }
    assertEquals(without.rows, all.rows);
  }
});

Deno.test("filters come as often and as strong as the options say", () => {
  const batch = noiseBatch(4000, 8, 8, 1);
  const options = {
    ...FILTERS,
    blur: { probability: 0.5, sigma: [0.1, 2] as [number, number] },
    cutout: { probability: 1, size: [0.25, 0.5] as [number, number] },
  };
  const parameters = drawViews(batch, options, new Random(0), 1);
  const drawn = (field: number) => filterColumn(parameters, field).filter((value) => value !== 0);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value) / values.length;
  const sigmas = drawn(FilterField.blur);
  assertAlmostEquals(sigmas.length / 4000, 0.5, 0.03);
  assertAlmostEquals(mean(sigmas), 1.05, 0.05);
  assert(sigmas.every((sigma) => sigma >= 0.0999 && sigma < 2));
  assertAlmostEquals(drawn(FilterField.sobel).length / 4000, 0.4, 0.03);
  for (let i = 0; i < batch.count; i++) {
    const [top, left, height, width] = filterRow(parameters, i).subarray(
      FilterField.cutTop,
    ) as unknown as [number, number, number, number];
    assert(height >= 1 && height <= 4 && width >= 1 && width <= 4);
    assert(top >= 0 && left >= 0 && top + height <= 8 && left + width <= 8);
  }
  // Its middle is anywhere: each row is as often the middle one, so the edges are often cut off.
  const heights = drawn(FilterField.cutHeight);
  assert(heights.some((height) => height === 1) && heights.some((height) => height === 4));
});

Deno.test("noise is normal, other in each view, and begins anew at the table's end", () => {
  const values = new Float32Array(100_000);
  fillNoise(values, 1_000_000);
  const end = 2 ** 20 - 1_000_000;
  const first = new Float32Array(2);
  fillNoise(first, 0);
  assertEquals(values.subarray(end, end + 2), first);
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  assertAlmostEquals(moment(1), 0, 0.015);
  assertAlmostEquals(moment(2), 1, 0.02);
  assertAlmostEquals(moment(4), 3, 0.15);
  const batch = noiseBatch(2, 8, 8, 1);
  const starts = [0, 1].flatMap((view) => [
    ...filterColumn(drawViews(batch, FILTERS, new Random(8), view), FilterField.noiseStart),
  ]);
  assertNotEquals(new Set(starts).size, 1);
});
