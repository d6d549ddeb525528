/**
 * A run on WebGPU is the run on WASM, up to rounding; on a software adapter where there is no GPU.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { TrainEvent } from "../../src/training/train_event.ts";
import { syntheticSource } from "../support/synthetic_images.ts";
import { onBackend, type TestBackend, WEBGPU_BACKENDS } from "../support/test_backends.ts";
import { runTraining, trainSpec } from "../support/train_spec.ts";

async function losses(backend: TestBackend, objective: unknown): Promise<number[]> {
  const all: number[] = [];
  await onBackend(backend, async () => {
    const before = tf.memory().numTensors;
    const spec = trainSpec({ objective, budget: { steps: 3 } });
    const note = (event: TrainEvent) => {
      const loss = event.type === "progress" ? event.progress.metrics.loss : undefined;
      if (loss !== undefined) all.push(loss);
    };
    const { result } = await runTraining(spec, syntheticSource(16, 16, 3), {}, note);
    assert(result.weights.length > 0);
    assertEquals(tf.memory().numTensors, before);
  });
  // Which steps between are told hangs on time; the first and the last are always.
  return [all[0]!, all.at(-1)!];
}

for (const name of ["simclr", "rotation", "jigsaw", "frame-order"]) {
  Deno.test({
    name: `${name} trains on webgpu as it does on wasm`,
    ignore: WEBGPU_BACKENDS.length === 0,
    fn: async () => {
      const objective = { name };
      const wasm = await losses("wasm simd", objective);
      const webgpu = await losses("webgpu", objective);
      wasm.forEach((loss, i) => {
        assert(Math.abs(webgpu[i]! - loss) < 2e-3 * loss, `${webgpu} instead of ${wasm}`);
      });
    },
  });
}
