import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { InternalError } from "../../../src/errors.ts";
import { type Program, runProgram } from "../../../src/tensor/programs/run_program.ts";
import { runSelfTest } from "../../../src/tensor/self_test.ts";
import { onBackend, useBackend, WEBGPU_BACKENDS } from "../../support/test_backends.ts";

const ignore = WEBGPU_BACKENDS.length === 0;

/** A sum for which tfjs binds a buffer more than a device has, whatever it has. */
function tooMany(): tf.Tensor {
  return tf.tidy(() => tf.addN(Array.from({ length: 40 }, (_, i) => tf.tensor1d([i]))));
}

Deno.test({
  name: "commands that a device dropped fail every read, and the self-test, by what was wrong",
  ignore,
  fn: async () => {
    await useBackend("webgpu");
    const before = tf.memory().numTensors;
    const wrong = tooMany();
    await assertRejects(() => wrong.data(), InternalError, "it dropped commands");
    wrong.dispose();
    const [result] = await runSelfTest([
      { kernel: "later", run: () => tf.zeros([1]).add(1), want: () => [1], tolerance: 0 },
    ]);
    assertEquals(result!.ok, false);
    assertEquals(result!.message!.includes("it dropped commands"), true);
    assertEquals(tf.memory().numTensors, before);
    // A new device starts anew.
    await onBackend("webgpu", async () => {
      const right = tf.tidy(() => tf.add(tf.tensor1d([1]), 1));
      assertEquals([...await right.data()], [2]);
      right.dispose();
    });
  },
});

Deno.test({
  name: "a program of ours that binds more buffers than every device has is refused",
  ignore,
  fn: () =>
    onBackend("webgpu", () => {
      const names = Array.from({ length: 9 }, (_, i) => `b${i}`);
      const program: Program = {
        name: "nine",
        outputs: { b0: "f32" },
        inputs: Object.fromEntries(names.slice(1).map((name) => [name, "f32"])),
        uniforms: {},
        code: () => "",
      };
      const tensors = Object.fromEntries(names.map((name) => [name, tf.ones([1])]));
      assertThrows(
        () => runProgram(tf.backend() as WebGPUBackend, program, tensors, {}, [1, 1, 1]),
        InternalError,
        "it binds 9 buffers, 8 are allowed",
      );
      const { b3: _, ...missing } = tensors;
      assertThrows(
        () => runProgram(tf.backend() as WebGPUBackend, program, missing, {}, [1, 1, 1]),
        InternalError,
        "it is not given its b3",
      );
      tf.dispose(tensors);
    }),
});
