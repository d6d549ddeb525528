import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  measureFeatures,
  measureProjections,
} from "../../../../src/evaluation/health/measure_features.ts";
import type { ProjectionHealth } from "../../../../src/schemas/health.ts";
import fixture from "../../../fixtures/health_measures.json" with { type: "json" };
import { onBackend, TEST_BACKENDS, WEBGPU_BACKENDS } from "../../../support/test_backends.ts";

async function projections(
  rows: number,
  dimensions: number,
  values: ArrayLike<number>,
  temperature = 0.5,
): Promise<ProjectionHealth> {
  const z = tf.tensor2d(Float32Array.from(values), [rows, dimensions]);
  const before = tf.memory().numTensors;
  const health = await measureProjections({ z, temperature });
  assertEquals(tf.memory().numTensors, before);
  z.dispose();
  return health;
}

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`measures are PyTorch's in double precision (${backend})`, () =>
    onBackend(backend, async () => {
      for (const { rows, dimensions, temperature, z, measures } of fixture.cases) {
        const health = await projections(rows, dimensions, z, temperature);
        for (const [name, value] of Object.entries(measures)) {
          const found = health[name as keyof typeof measures];
          // A WebGPU driver may take its exponentials with less care.
          assertAlmostEquals(found, value, 2e-4 * Math.max(1, Math.abs(value)), name);
        }
        assertEquals(health.dimensions, dimensions);
        assertAlmostEquals(health.maxEntropy, Math.log(rows - 1), 1e-12);
      }
    }));
}

Deno.test("features do not change their rank, spread and place with their scale", () =>
  onBackend("wasm simd", async () => {
    const { rows, dimensions, z } = fixture.cases[0]!;
    const one = await projections(rows, dimensions, z);
    for (const scale of [1e30, 1e-30]) {
      const other = await projections(rows, dimensions, z.map((value) => value * scale));
      for (const [name, value] of Object.entries(one)) {
        assertAlmostEquals(other[name as keyof ProjectionHealth], value, 1e-4, name);
      }
    }
  }));

Deno.test("vectors that are all the same have no rank, no spread, no distance and all entropy", () =>
  onBackend("wasm simd", async () => {
    for (const row of [[0.3, -0.7, 123.4], [0, 0, 0]]) {
      const health = await projections(16, 3, Array(16).fill(row).flat());
      assertEquals([health.effectiveRank, health.alignment], [0, 0]);
      assertLess(health.spread, 1e-3);
      assertAlmostEquals(health.entropy, Math.log(15), 1e-4);
      // Zeros have no direction: they count as orthogonal to all.
      assertAlmostEquals(health.uniformity, row[2] === 0 ? -4 : 0, 1e-4);
    }
  }));

Deno.test("along one line the rank is 1; along each axis alike it is the dimension", () =>
  onBackend("wasm simd", async () => {
    const line = await projections(8, 4, Array.from({ length: 32 }, (_, i) => Math.floor(i / 4)));
    assertAlmostEquals(line.effectiveRank, 1, 1e-3);
    const axes = Array.from({ length: 8 * 4 }, (_, i) => {
      const row = Math.floor(i / 4);
      return i % 4 === row >> 1 ? (row % 2 === 0 ? 1 : -1) : 0;
    });
    const all = await projections(8, 4, axes);
    assertAlmostEquals(all.effectiveRank, 4, 1e-5);
    assertAlmostEquals(all.spread, 1, 1e-5);
    // Opposite ends of an axis are a pair here: as far apart as can be.
    assertAlmostEquals(all.alignment, 4, 1e-5);
  }));

Deno.test("rounding noise on top of few directions does not count as more of them", () =>
  onBackend("wasm simd", async () => {
    const values = Array.from({ length: 512 * 128 }, (_, i) => {
      const [row, column] = [Math.floor(i / 128), i % 128];
      return Math.sin(row) * Math.cos(column) + Math.cos(3 * row) * Math.sin(5 * column);
    });
    const h = tf.tensor2d(Float32Array.from(values), [512, 128]);
    const { effectiveRank } = await measureFeatures(h);
    h.dispose();
    assert(effectiveRank > 1.9 && effectiveRank < 2.01, `${effectiveRank}`);
  }));

Deno.test("of very wide features the first 256 rows count", () =>
  onBackend("wasm simd", async () => {
    // Row i points along axis i; those behind row 256 would add directions.
    const wide = tf.tidy(() =>
      tf.oneHot(tf.range(0, 300, 1, "int32"), 400).cast("float32") as tf.Tensor2D
    );
    const { effectiveRank } = await measureFeatures(wide);
    wide.dispose();
    assertAlmostEquals(effectiveRank, 255, 0.1);
  }));

Deno.test("numbers that are none give a rank that is none, and leave no tensor", () =>
  onBackend("wasm simd", async () => {
    const h = tf.tensor2d([1, NaN, 2, 3], [2, 2]);
    const before = tf.memory().numTensors;
    assertEquals((await measureFeatures(h)).effectiveRank, NaN);
    assertEquals(tf.memory().numTensors, before);
    h.dispose();
  }));
