/** The decoder's value and gradients: our kernels beside tfjs's own operations on the CPU. */
import { assert, assertEquals, assertLess } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Decoder } from "../../../src/objectives/decoder.ts";
import { Random } from "../../../src/random.ts";
import {
  KERNEL_BACKENDS,
  onBackend,
  useBackend,
  WEBGPU_BACKENDS,
} from "../../support/test_backends.ts";

const SIZE = 11;
const FEATURES = {
  dimensions: 12,
  stages: [{ dimensions: 4, stride: 1 }, { dimensions: 8, stride: 2 }, {
    dimensions: 12,
    stride: 2,
  }],
} as const;

/** The image and the gradients of a weighted sum of it, by name. */
async function run(): Promise<Map<string, Float32Array>> {
  const decoder = new Decoder(FEATURES, { size: SIZE, channels: 3 }, new Random(1));
  const stream = new Random(2).stream("map");
  const draw = (shape: [number, number, number, number]) =>
    tf.tensor4d(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.normal()),
      shape,
    );
  const map = draw([2, 3, 3, 12]);
  const weights = draw([2, SIZE, SIZE, 3]);
  const answers = tf.tidy(() => {
    const image = decoder.apply(map, { training: true });
    assertEquals(image.shape, [2, SIZE, SIZE, 3]);
    const { grads } = tf.variableGrads(
      () => decoder.apply(map, { training: true }).mul(weights).sum().asScalar(),
      decoder.parameters().map(({ variable }) => variable),
    );
    const named = decoder.parameters().map(({ name, variable }) =>
      [name, grads[variable.name]!] as const
    );
    return [["image", image] as const, ...named].map(([name, x]) => ({ name, x }));
  });
  const result = new Map<string, Float32Array>();
  for (const { name, x } of answers) result.set(name, await x.data<"float32">());
  tf.dispose([map, weights, answers.map(({ x }) => x)]);
  decoder.dispose();
  return result;
}

await useBackend("cpu");
const wanted = await run();

for (const backend of [...KERNEL_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`${backend}: the decoder and its gradients are those of plain operations`, async () => {
    await onBackend(backend, async () => {
      const got = await run();
      assertEquals([...got.keys()], [...wanted.keys()]);
      for (const [name, values] of wanted) {
        const largest = Math.max(...values.map(Math.abs));
        assert(largest > 0, name);
        const error = Math.max(...got.get(name)!.map((x, i) => Math.abs(x - values[i]!)));
        assertLess(error, 1e-4 * Math.max(1, largest), name);
      }
    });
  });
}
