import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { CorruptError, InternalError } from "../../../src/errors.ts";
import { Random } from "../../../src/random.ts";
import { OptimizerOptions } from "../../../src/schemas/recipe.ts";
import type { Parameter } from "../../../src/tensor/parameter.ts";
import { createOptimizer, type Optimizer } from "../../../src/training/optimizer.ts";
import steps from "../../fixtures/optimiser_steps.json" with { type: "json" };
import { assertClose } from "../../support/close.ts";
import {
  KERNEL_BACKENDS,
  onBackend,
  TEST_BACKENDS,
  type TestBackend,
  WEBGPU_BACKENDS,
} from "../../support/test_backends.ts";
import { referenceParameter, referenceStep } from "./optimizer_reference.ts";

/** Lengths around the vector loops' four; the third is no decayed one, the fourth is all zeros. */
const SHAPES = [[3, 3, 2, 4], [5, 7], [6], [4], [1]];
const DECAY = [true, true, false, true, true];
const STEPS = 4;

function draw(label: string, size: number): Float32Array {
  const random = new Random(7).stream(label);
  return Float32Array.from({ length: size }, () => random.uniform(-1, 1));
}

function makeParameters(): Parameter[] {
  return SHAPES.map((shape, i) => {
    const size = tf.util.sizeFromShape(shape);
    const values = i === 3 ? new Float32Array(size) : draw(`w${i}`, size);
    return {
      name: `layer${i}`,
      variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))),
      group: "main",
      decay: DECAY[i]!,
    };
  });
}

function gradientsAt(step: number): tf.Tensor[] {
  return SHAPES.map((shape, i) =>
    tf.tensor(draw(`g${i}/${step}`, tf.util.sizeFromShape(shape)), shape)
  );
}

function applyAt(optimizer: Optimizer, step: number): void {
  const gradients = gradientsAt(step);
  // The rate changes from step to step, as a schedule has it.
  optimizer.apply(gradients, 0.2 / step, step);
  tf.dispose(gradients);
}

async function valuesOf(parameters: Parameter[]): Promise<number[]> {
  return (await Promise.all(parameters.map(({ variable }) => variable.data())))
    .flatMap((values) => [...values]);
}

function dispose(parameters: Parameter[], optimizer: Optimizer): void {
  for (const { variable } of parameters) variable.dispose();
  optimizer.state.dispose();
}

const CASES: unknown[] = [
  { name: "adam", weightDecay: 0.1 },
  { name: "adamw", weightDecay: 0.1, exclude: "none" },
  { name: "adamw", weightDecay: 0.3, beta1: 0.7, epsilon: 1e-2 },
  { name: "sgd", weightDecay: 0.1, nesterov: true },
  { name: "lars", weightDecay: 0.1, trust: 0.02 },
  { name: "lars", weightDecay: 0, trust: 0.1, nesterov: true, exclude: "none" },
];

async function matchesReference(backend: TestBackend, options: OptimizerOptions): Promise<void> {
  await onBackend(backend, async () => {
    const parameters = makeParameters();
    const optimizer = createOptimizer(options, parameters);
    const wanted = await Promise.all(
      parameters.map(async ({ variable, decay }) =>
        referenceParameter(await variable.data(), decay)
      ),
    );
    for (let step = 1; step <= STEPS; step++) {
      applyAt(optimizer, step);
      const gradients = gradientsAt(step);
      await Promise.all(
        wanted.map(async (parameter, i) =>
          referenceStep(options, parameter, await gradients[i]!.data(), 0.2 / step, step)
        ),
      );
      tf.dispose(gradients);
      const numbers = wanted.flatMap(({ values }) => [...values]);
      assertClose(await valuesOf(parameters), numbers, 2e-6, `step ${step}`);
    }
    dispose(parameters, optimizer);
  });
}

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`every optimiser's steps are the papers' on ${backend}`, async () => {
    for (const options of CASES) await matchesReference(backend, OptimizerOptions.parse(options));
  });
}

/** PyTorch's figures, for one parameter. */
const TORCH = [
  ...steps.adam.map((run) => ({ ...run, name: "adam" })),
  ...steps.adamw.map((run) => ({ ...run, name: "adamw" })),
  ...steps.sgd.map((run) => ({ ...run, name: "sgd" })),
];

for (const backend of [...TEST_BACKENDS, ...WEBGPU_BACKENDS]) {
  Deno.test(`Adam, AdamW and SGD step as PyTorch's do on ${backend}`, () =>
    onBackend(backend, async () => {
      for (const { name, options, after } of TORCH) {
        const variable = tf.tidy(() => tf.variable(tf.tensor1d(steps.start)));
        const parameters: Parameter[] = [{ name: "w", variable, group: "main", decay: true }];
        const optimizer = createOptimizer(OptimizerOptions.parse({ name, ...options }), parameters);
        for (const [i, values] of steps.gradients.entries()) {
          const gradient = tf.tensor1d(values);
          optimizer.apply([gradient], options.learningRate, i + 1);
          gradient.dispose();
          assertClose(await variable.data(), after[i]!, 1e-6, `${name}, step ${i + 1}`);
        }
        dispose(parameters, optimizer);
      }
    }));
}

Deno.test("state saved on one backend goes on on another, by the same names", async () => {
  for (const options of CASES.map((one) => OptimizerOptions.parse(one))) {
    const run = async (parameters: Parameter[], optimizer: Optimizer, from: number, to: number) => {
      for (let step = from; step <= to; step++) applyAt(optimizer, step);
      return { values: await valuesOf(parameters), state: await optimizer.state.read() };
    };
    let half = { values: [] as number[], state: new Map() };
    let whole = half;
    await onBackend(KERNEL_BACKENDS[0]!, async () => {
      const parameters = makeParameters();
      const optimizer = createOptimizer(options, parameters);
      half = await run(parameters, optimizer, 1, 2);
      whole = await run(parameters, optimizer, 3, 4);
      dispose(parameters, optimizer);
    });
    await onBackend("cpu", async () => {
      const parameters = makeParameters();
      const optimizer = createOptimizer(options, parameters);
      let offset = 0;
      for (const { variable } of parameters) {
        const values = half.values.slice(offset, offset += variable.size);
        tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
      }
      optimizer.state.load(half.state);
      const resumed = await run(parameters, optimizer, 3, 4);
      assertClose(resumed.values, whole.values, 2e-6, options.name);
      assertEquals([...resumed.state.keys()], [...whole.state.keys()]);
      dispose(parameters, optimizer);
    });
    assertEquals(half.state.get("optimizer/velocity/layer1")?.shape ?? [5, 7], [5, 7]);
    assertNotEquals(half.values, whole.values);
  }
});

for (const backend of TEST_BACKENDS) {
  Deno.test(`state that is missing or of another shape is refused and none is set on ${backend}`, () =>
    onBackend(backend, async () => {
      const parameters = makeParameters();
      const optimizer = createOptimizer(OptimizerOptions.parse({ name: "adam" }), parameters);
      applyAt(optimizer, 1);
      const before = await optimizer.state.read();
      const other = new Map(
        [...before].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 9) }]),
      );
      const last = "optimizer/v/layer4";
      other.set(last, { shape: [2], data: Float32Array.of(1, 2) });
      assertThrows(() => optimizer.state.load(other), CorruptError, "has shape [2], expected [1]");
      other.delete(last);
      assertThrows(() => optimizer.state.load(other), CorruptError, `${last} is missing`);
      assertEquals(await optimizer.state.read(), before);
      dispose(parameters, optimizer);
    }));
}

for (const backend of KERNEL_BACKENDS) {
  Deno.test(`a step is one kernel call, in place, on ${backend}`, () =>
    onBackend(backend, async () => {
      for (const options of CASES.map((one) => OptimizerOptions.parse(one))) {
        const parameters = makeParameters();
        const optimizer = createOptimizer(options, parameters);
        applyAt(optimizer, 1);
        const ids = parameters.map(({ variable }) => variable.dataId);
        const gradients = gradientsAt(2);
        const { kernelNames } = await tf.profile(() => optimizer.apply(gradients, 0.1, 2));
        assertEquals(kernelNames.length, 1);
        assertEquals(parameters.map(({ variable }) => variable.dataId), ids);
        tf.dispose(gradients);
        dispose(parameters, optimizer);
      }
    }));

  Deno.test(`a step leaves clones of the weights alone and reaches what runs next on ${backend}`, () =>
    onBackend(backend, () => {
      const variable = tf.tidy(() => tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2])));
      const parameters: Parameter[] = [{ name: "w", variable, group: "main", decay: true }];
      const optimizer = createOptimizer(
        OptimizerOptions.parse({ name: "sgd", momentum: 0, weightDecay: 0 }),
        parameters,
      );
      tf.tidy(() => {
        const clone = variable.clone();
        const row = tf.ones([1, 2]) as tf.Tensor2D;
        // The first update gives the variable numbers of its own; the second writes in place.
        for (const wanted of [[4, 6], [3, 5], [2, 4]]) {
          const product = tf.matMul(row, variable as unknown as tf.Tensor2D);
          assertEquals([...product.dataSync()], wanted);
          optimizer.apply([tf.ones([2, 2])], 0.5, 1);
        }
        assertEquals([...clone.dataSync()], [1, 2, 3, 4]);
      });
      dispose(parameters, optimizer);
    }));

  Deno.test(`gradients of other shapes, or too few, are refused on ${backend}`, () =>
    onBackend(backend, async () => {
      const parameters = makeParameters();
      const optimizer = createOptimizer(OptimizerOptions.parse({ name: "lars" }), parameters);
      const gradients = gradientsAt(1);
      await assertRejects(
        () => Promise.resolve().then(() => optimizer.apply(gradients.slice(1), 0.1, 1)),
        InternalError,
        "it is [3,3,2,4], its gradient is [5,7]",
      );
      tf.dispose(gradients);
      dispose(parameters, optimizer);
    }));
}
