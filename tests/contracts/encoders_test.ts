/** What every encoder must do. @module */
import { assert, assertEquals, assertLess, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { toLayersModel } from "../../src/encoders/layers_model.ts";
import { freezeEncoder } from "../../src/encoders/frozen_encoder.ts";
import { createEncoder } from "../../src/encoders/mod.ts";
import { upToBlock } from "../../src/encoders/up_to_block.ts";
import { InternalError } from "../../src/errors.ts";
import { Random } from "../../src/random.ts";
import { blockDimensions } from "../../src/schemas/block_dimensions.ts";
import { EncoderSpec } from "../../src/schemas/encoder.ts";
import { selectBackend } from "../../src/tensor/backend.ts";

/** Each with the dimensions of h, and the weights that the published networks have. */
const CASES: { spec: unknown; dimensions: number; parameters?: number }[] = [
  // 432 + 4,608 + 14,336 + 57,344 in convolutions, 2 × 336 in norms.
  { spec: { name: "resnet8" }, dimensions: 64, parameters: 77_392 },
  { spec: { name: "resnet8", width: 4 }, dimensions: 16 },
  { spec: { name: "resnet14", width: 4 }, dimensions: 16 },
  { spec: { name: "resnet20", width: 4 }, dimensions: 16 },
  { spec: { name: "resnet18", width: 4 }, dimensions: 32 },
  { spec: { name: "small_conv", width: 4 }, dimensions: 32 },
];

function input(size: number, channels: number): tf.Tensor4D {
  const stream = new Random(4).stream("input");
  const values = Float32Array.from({ length: 3 * size * size * channels }, () => stream.normal());
  return tf.tensor4d(values, [3, size, size, channels]);
}

async function difference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  const value = tf.tidy(() => a.sub(b).abs().max());
  const [result] = await value.data();
  value.dispose();
  return result!;
}

for (const { spec: given, dimensions, parameters } of CASES) {
  const spec = EncoderSpec.parse(given);
  const title = `${spec.name} width ${spec.width}`;

  Deno.test(`${title}: h has the shape and the network the weights it should`, async () => {
    await selectBackend("wasm");
    for (const channels of [1, 3] as const) {
      const encoder = createEncoder(spec, channels, new Random(1));
      assertEquals(encoder.features.dimensions, dimensions);
      tf.tidy(() => {
        for (const size of [12, 15]) {
          const { pooled, map } = encoder.apply(input(size, channels), { training: false });
          assertEquals(pooled.shape, [3, dimensions]);
          assertEquals(map?.shape[3], dimensions);
        }
      });
      const size = encoder.parameters().reduce((sum, { variable }) => sum + variable.size, 0);
      if (parameters !== undefined && channels === 3) assertEquals(size, parameters);
      encoder.dispose();
    }
  });

  Deno.test(`${title}: stages, one after the other, make the map, in the shapes they say`, async () => {
    await selectBackend("wasm");
    const encoder = createEncoder(spec, 3, new Random(1));
    assertEquals(encoder.features.stages, encoder.stages);
    const options = { training: false };
    const x = input(15, 3);
    const wanted = tf.tidy(() => encoder.apply(x, options).map!);
    const got = tf.tidy(() =>
      encoder.stages.reduce((below, stage) => {
        const map = stage.apply(below, options);
        const side = Math.ceil(below.shape[1] / stage.stride);
        assertEquals(map.shape, [3, side, side, stage.dimensions]);
        return map;
      }, x)
    );
    assertEquals(encoder.stages.at(-1)!.dimensions, dimensions);
    assertEquals(await difference(got, wanted), 0);
    tf.dispose([x, wanted, got]);
    encoder.dispose();
  });

  Deno.test(`${title}: up to a block, h is that block's pooled map, the weights those below`, async () => {
    await selectBackend("wasm");
    const encoder = createEncoder(spec, 3, new Random(1));
    assertEquals(blockDimensions(spec), encoder.stages.map(({ dimensions }) => dimensions));
    assertEquals(upToBlock(encoder, undefined), encoder);
    const options = { training: false };
    const x = input(15, 3);
    const names = (of: typeof encoder) =>
      [...of.parameters(), ...of.buffers()].map(({ name }) => name).sort();
    let map: tf.Tensor4D = x;
    const below: string[] = [];
    for (const [block, stage] of encoder.stages.entries()) {
      map = tf.tidy(() => stage.apply(map, options));
      below.push(...[...stage.parameters(), ...stage.buffers()].map(({ name }) => name));
      const cut = upToBlock(encoder, block);
      const wanted = tf.tidy(() => map.mean<tf.Tensor2D>([1, 2]));
      const { pooled } = tf.tidy(() => ({ ...cut.apply(x, options) }));
      assertEquals(pooled.shape, [3, cut.features.dimensions]);
      assertLess(await difference(pooled, wanted), 1e-5);
      assertEquals(names(cut), below.toSorted());
    }
    assertEquals(names(encoder), below.sort());
    assertThrows(() => upToBlock(encoder, encoder.stages.length), InternalError, "no block");
    encoder.dispose();
  });

  Deno.test(`${title}: names are unique, seeds decide the weights, dispose frees them`, async () => {
    await selectBackend("wasm");
    const before = tf.memory().numTensors;
    const [a, b, c] = [1, 1, 2].map((seed) => createEncoder(spec, 3, new Random(seed)));
    const names = [...a!.parameters(), ...a!.buffers()].map(({ name }) => name);
    assertEquals(new Set(names).size, names.length);
    const first = (encoder: typeof a) => encoder!.parameters()[0]!.variable.dataSync();
    assertEquals(first(a), first(b));
    assertNotEquals(first(a), first(c));
    for (const encoder of [a, b, c]) encoder!.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`${title}: every weight gets a gradient; only training moves the statistics`, async () => {
    await selectBackend("wasm");
    const encoder = createEncoder(spec, 3, new Random(1));
    const variables = encoder.parameters().map(({ variable }) => variable);
    const statistics = () => encoder.buffers().map(({ variable }) => variable.dataSync().join());
    const fresh = statistics();
    const h = (training: boolean) =>
      tf.tidy(() => encoder.apply(input(12, 3), { training }).pooled.dataSync().join());
    assertEquals(h(false), h(false));
    assertEquals(statistics(), fresh);
    tf.tidy(() => {
      const { grads } = tf.variableGrads(
        () => encoder.apply(input(12, 3), { training: true }).pooled.square().sum().asScalar(),
        variables,
      );
      for (const { name, variable } of encoder.parameters()) {
        const values = grads[variable.name]!.dataSync();
        assert(values.every(Number.isFinite), name);
        assert(values.some((value) => value !== 0), name);
      }
    });
    const moved = statistics();
    for (const [i, { name }] of encoder.buffers().entries()) assert(moved[i] !== fresh[i], name);
    encoder.dispose();
  });

  Deno.test(`${title}: frozen, it gives the same h and map, and keeps them`, async () => {
    await selectBackend("wasm");
    const before = tf.memory().numTensors;
    const encoder = createEncoder(spec, 3, new Random(1));
    const x = input(12, 3);
    // Statistics other than 0 and 1, so that they matter.
    tf.tidy(() => void encoder.apply(x.mul(2).add(1), { training: true }));
    const frozen = freezeEncoder(encoder);
    const wanted = tf.tidy(() => ({ ...encoder.apply(x, { training: false }) }));
    const got = tf.tidy(() => ({ ...frozen.apply(x) }));
    const largest = tf.tidy(() => wanted.map!.abs().max().dataSync()[0]!);
    assertLess(await difference(got.pooled, wanted.pooled), 1e-5 * largest);
    assertLess(await difference(got.map!, wanted.map!), 1e-5 * largest);
    tf.tidy(() => void encoder.apply(x, { training: true }));
    const later = tf.tidy(() => ({ ...frozen.apply(x) }));
    assertEquals(await difference(later.pooled, got.pooled), 0);
    tf.dispose([x, wanted, got, later]);
    frozen.dispose();
    encoder.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`${title}: frozen, it serves the h of any block`, async () => {
    await selectBackend("wasm");
    const before = tf.memory().numTensors;
    const encoder = createEncoder(spec, 3, new Random(1));
    const x = input(12, 3);
    tf.tidy(() => void encoder.apply(x.mul(2).add(1), { training: true }));
    const whole = tf.tidy(() => encoder.apply(x, { training: false }).map!);
    for (const block of [undefined, ...encoder.stages.keys()]) {
      const cut = upToBlock(encoder, block);
      const frozen = freezeEncoder(encoder, block);
      const wanted = tf.tidy(() => cut.apply(x, { training: false }).pooled);
      const [got, map] = [frozen.embed(x), tf.tidy(() => frozen.apply(x).map!)];
      assertEquals(got.shape, wanted.shape);
      const largest = tf.tidy(() => whole.abs().max().dataSync()[0]!);
      assertLess(await difference(got, wanted), 1e-5 * Math.max(1, largest));
      // Heads get the last block's map all the same.
      assertLess(await difference(map, whole), 1e-5 * largest);
      tf.dispose([got, map, wanted]);
      frozen.dispose();
    }
    assertThrows(() => freezeEncoder(encoder, encoder.stages.length), InternalError, "has");
    tf.dispose([x, whole]);
    encoder.dispose();
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`${title}: converts to a LayersModel that gives the same h`, async () => {
    await selectBackend("wasm");
    const encoder = createEncoder(spec, 3, new Random(1));
    const x = input(12, 3);
    // Statistics other than 0 and 1, so that they matter.
    tf.tidy(() => void encoder.apply(x.mul(2).add(1), { training: true }));
    const model = toLayersModel(encoder, 12, 3);
    const ours = tf.tidy(() => encoder.apply(x, { training: false }).pooled);
    const theirs = model.predict(x) as tf.Tensor;
    assertLess(await difference(ours, theirs), 1e-4);
    tf.dispose([x, ours, theirs]);
    model.dispose();
    encoder.dispose();
  });
}
