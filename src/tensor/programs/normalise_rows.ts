/**
 * Rows of unit length. An invocation does a row: rows are short and many, and this is little beside
 * what the rows are normalised for.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";

const program: Program = {
  name: "AlikeNormaliseRows",
  outputs: { y: "f32" },
  inputs: { x: "f32" },
  uniforms: { rows: "u32", size: "u32" },
  code: () =>
    flatMain(
      "u.rows",
      `
  let start = i * u.size;
  // Over the largest number first, so that no square overflows or vanishes.
  var largest = 0.0;
  for (var c = 0u; c < u.size; c++) { largest = max(largest, abs(x[start + c])); }
  var sum = 0.0;
  let divisor = select(largest, 1.0, largest == 0.0);
  for (var c = 0u; c < u.size; c++) {
    let scaled = x[start + c] / divisor;
    sum += scaled * scaled;
  }
  let length = select(sqrt(sum), 1.0, largest == 0.0);
  for (var c = 0u; c < u.size; c++) { y[start + c] = x[start + c] / divisor / length; }`,
    ),
};

interface Call {
  inputs: { x: tf.TensorInfo };
  backend: WebGPUBackend;
}

function normaliseRows({ inputs: { x }, backend }: Call): tf.TensorInfo {
  const [rows, size] = x.shape as [number, number];
  const y = makeOutput(backend, x.shape);
  runProgram(backend, program, { x, y }, { rows, size }, flatGroups(rows));
  return y;
}

/** `{x [N, D]}` → each row over its length; rows of zeros stay zeros. */
export const normaliseRowsConfig: tf.KernelConfig = {
  kernelName: "AlikeNormaliseRows",
  backendName: "webgpu",
  kernelFunc: normaliseRows as unknown as tf.KernelFunc,
};
