import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess } from "@std/assert";
import { Random } from "../../../../src/random.ts";
import { BatchNorm } from "../../../../src/tensor/layers/batch_norm.ts";
import { Convolution } from "../../../../src/tensor/layers/convolution.ts";
import { FrozenNetwork } from "../../../../src/tensor/layers/frozen_network.ts";
import {
  KERNEL_BACKENDS,
  TEST_BACKENDS,
  useBackend,
  WEBGPU_BACKENDS,
} from "../../../support/test_backends.ts";

/** A block with a projection, a block without one, and a last layer without ReLU. */
function network(inputs: number, channels: number) {
  const random = new Random(3);
  const stream = random.stream("statistics");
  const layer = (name: string, size: number, inputs: number, outputs: number, stride = 1) => {
    const convolution = new Convolution({ name, size, inputs, outputs, stride }, random);
    const norm = new BatchNorm(name, outputs);
    const draw = (low: number, high: number) =>
      tf.tensor1d(Float32Array.from({ length: outputs }, () => stream.uniform(low, high)));
    tf.tidy(() => {
      norm.gamma.assign(draw(0.5, 1.5));
      norm.beta.assign(draw(-0.5, 0.5));
      norm.mean.assign(draw(-0.2, 0.2));
      norm.variance.assign(draw(0.5, 2));
    });
    return { convolution, norm };
  };
  const layers = [
    layer("first", 3, inputs, channels),
    layer("down", 3, channels, 2 * channels, 2),
    layer("shortcut", 1, channels, 2 * channels, 2),
    layer("up", 3, 2 * channels, 2 * channels),
    layer("inner", 5, 2 * channels, 2 * channels),
    layer("last", 3, 2 * channels, 2 * channels),
  ] as const;
  const apply = (i: number, x: tf.Tensor4D, options: { relu: boolean; residual?: tf.Tensor }) => {
    const { convolution, norm } = layers[i]!;
    return norm.apply(convolution.apply(x), { training: false, ...options });
  };
  const frozen = new FrozenNetwork();
  const add = (i: number, options: Parameters<FrozenNetwork["add"]>[2]) =>
    frozen.add(layers[i]!.convolution, layers[i]!.norm, options);
  const first = add(0, { input: FrozenNetwork.input, relu: true });
  const down = add(1, { input: first, relu: true });
  const shortcut = add(2, { input: first, relu: false });
  const block = add(3, { input: down, relu: true, residual: shortcut });
  const inner = add(4, { input: block, relu: true });
  add(5, { input: inner, relu: false, residual: block });
  return {
    frozen,
    composed: (x: tf.Tensor4D) => {
      const first = apply(0, x, { relu: true });
      const residual = apply(2, first, { relu: false });
      const block = apply(3, apply(1, first, { relu: true }), { relu: true, residual });
      return apply(5, apply(4, block, { relu: true }), { relu: false, residual: block });
    },
    dispose: () => {
      frozen.dispose();
      for (const { convolution, norm } of layers) {
        convolution.dispose();
        norm.dispose();
      }
    },
  };
}

function images(count: number, height: number, width: number, channels: number): tf.Tensor4D {
  const stream = new Random(4).stream("images");
  const shape: [number, number, number, number] = [count, height, width, channels];
  const size = count * height * width * channels;
  return tf.tensor4d(Float32Array.from({ length: size }, () => stream.normal()), shape);
}

async function assertSame(got: tf.Tensor, want: tf.Tensor, message: string): Promise<void> {
  const [values, wanted] = await Promise.all([got.data<"float32">(), want.data<"float32">()]);
  assertEquals(got.shape, want.shape);
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  values.forEach((value, i) => assertLess(Math.abs(value - wanted[i]!) / scale, 1e-5, message));
}

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`${backend}: a frozen network gives what its layers give`, async () => {
    await useBackend(backend);
    const cases = backend === "webgpu"
      ? [[2, 8, 8, 3, 8]] as const
      : [[2, 9, 7, 3, 5], [11, 8, 8, 1, 8], [3, 16, 12, 3, 16], [2, 6, 10, 2, 10]] as const;
    for (const [count, height, width, inputs, channels] of cases) {
      const { frozen, composed, dispose } = network(inputs, channels);
      const x = images(count, height, width, inputs);
      const got = tf.tidy(() => frozen.apply(x));
      const want = tf.tidy(() => composed(x));
      await assertSame(got, want, `${[count, height, width, inputs, channels]}`);
      tf.dispose([x, got, want]);
      dispose();
    }
  });
}

for (const backend of KERNEL_BACKENDS) {
  Deno.test(`${backend}: an image's numbers do not depend on the others in the batch`, async () => {
    await useBackend(backend);
    const { frozen, dispose } = network(3, 16);
    const x = images(19, 8, 8, 3);
    const all = tf.tidy(() => frozen.apply(x));
    for (const [first, count] of [[0, 1], [18, 1], [5, 9]] as const) {
      const part = tf.tidy(() => frozen.apply(x.slice(first, count)));
      const wanted = tf.tidy(() => all.slice(first, count));
      assertEquals(part.dataSync(), wanted.dataSync());
      tf.dispose([part, wanted]);
    }
    tf.dispose([x, all]);
    dispose();
  });

  Deno.test(`${backend}: a frozen network frees what it prepared`, async () => {
    await useBackend(backend);
    const held = () => tf.engine().backend.numDataIds();
    const before = held();
    const { frozen, dispose } = network(3, 8);
    const x = images(2, 8, 8, 3);
    tf.dispose(tf.tidy(() => frozen.apply(x)));
    const prepared = held();
    tf.dispose(tf.tidy(() => frozen.apply(x)));
    assertEquals(held(), prepared);
    x.dispose();
    dispose();
    assertEquals(held(), before);
  });
}
