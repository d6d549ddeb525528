import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Encoder } from "../../../src/encoders/encoder.ts";
import { freezeStages } from "../../../src/encoders/freeze_stages.ts";
import { createEncoder } from "../../../src/encoders/mod.ts";
import { InternalError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { selectBackend } from "../../../src/tensor/backend.ts";
import { globalAveragePool } from "../../../src/tensor/ops/global_average_pool.ts";
import { KERNEL_BACKENDS, onBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const TRAINING = { training: true };

function images(seed: number): tf.Tensor4D {
  const stream = new Random(seed).stream("input");
  return tf.tensor4d(Array.from({ length: 4 * 12 * 12 * 3 }, () => stream.normal()), [
    4,
    12,
    12,
    3,
  ]);
}

/** The gradient of the sum of squares of h in the stages from `first` on, in their order. */
function gradients(encoder: Encoder, first: number, h: () => tf.Tensor2D): tf.Tensor[] {
  const variables = encoder.stages.slice(first)
    .flatMap((stage) => stage.parameters().map(({ variable }) => variable));
  const { grads } = tf.variableGrads(() => h().square().sum().asScalar(), variables);
  return variables.map(({ name }) => grads[name]!);
}

async function statistics(encoder: Encoder): Promise<string[]> {
  const values = await Promise.all(encoder.buffers().map(({ variable }) => variable.data()));
  return values.map(String);
}

for (const backend of [...KERNEL_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`${backend}: frozen stages run as in inference, those above learn from what they give`, () =>
    onBackend(backend, async () => {
      const x = images(1);
      const encoder = createEncoder({ name: "small_conv", width: 4 }, 3, new Random(1));
      // Statistics other than 0 and 1, so that they matter.
      tf.tidy(() => void encoder.apply(x.mul(2).add(1), TRAINING));
      const before = await statistics(encoder);
      const frozen = freezeStages(encoder, 2);
      const got = tf.tidy(() => gradients(encoder, 2, () => frozen.apply(x, TRAINING).pooled));
      const below = tf.tidy(() =>
        encoder.stages.slice(0, 2).reduce((map, stage) => stage.apply(map, { training: false }), x)
      );
      const options = { training: true, updateStatistics: false };
      const wanted = tf.tidy(() =>
        gradients(encoder, 2, () =>
          globalAveragePool(
            encoder.stages.slice(2).reduce((map, stage) => stage.apply(map, options), below),
          ))
      );
      for (const [i, gradient] of wanted.entries()) {
        const [a, b] = [await got[i]!.data(), await gradient.data()];
        const scale = Math.max(...b.map(Math.abs));
        assertLess(Math.max(...a.map((value, j) => Math.abs(value - b[j]!))), 1e-5 * scale + 1e-7);
        assertLess(0, scale);
      }
      const after = await statistics(encoder);
      // Mean and variance of four norms.
      assertEquals(before.map((values, i) => values === after[i]), [
        ...Array(4).fill(true),
        ...Array(4).fill(false),
      ]);
      tf.dispose([x, below, got, wanted]);
      encoder.dispose();
    }));
}

Deno.test("a loss does not hang on the weights of frozen stages, however they are run", async () => {
  await selectBackend("wasm");
  const encoder = createEncoder({ name: "resnet8", width: 4 }, 3, new Random(1));
  const frozen = freezeStages(encoder, 1);
  const x = images(1);
  const variables = encoder.parameters().map(({ variable }) => variable);
  const ways = {
    whole: () => frozen.apply(x, TRAINING).pooled,
    byStage: () =>
      globalAveragePool(frozen.stages.reduce((map, stage) => stage.apply(map, TRAINING), x)),
  };
  for (const [name, h] of Object.entries(ways)) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => h().square().sum().asScalar(), variables);
      const learns = new Set(
        frozen.parameters().filter((own) => !own.frozen)
          .map(({ name }) => name),
      );
      for (const { name: weight, variable } of frozen.parameters()) {
        const gradient = grads[variable.name];
        assertEquals(gradient != null, learns.has(weight), `${name}: ${weight}`);
      }
    });
  }
  assertEquals(
    frozen.parameters().filter((own) => own.frozen).map(({ name }) => name),
    encoder.stages[0]!.parameters().map(({ name }) => name),
  );
  assert(freezeStages(encoder, 0) === encoder);
  assertThrows(() => freezeStages(encoder, 4), InternalError, "has 3");
  x.dispose();
  encoder.dispose();
});
