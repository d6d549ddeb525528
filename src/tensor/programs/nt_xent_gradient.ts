/**
 * NT-Xent's gradient, one dispatch: tiles of similarities become tiles of weights in shared memory,
 * and are multiplied with the rows they weigh at once; they are never written out.
 *
 * A workgroup sums 64 rows of the gradient in registers, 64 or 128 of their numbers; longer rows
 * are dealt out over several workgroups, of which each computes the similarities anew.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";
import { similarityMemory, similarityTile, TILE_ROWS } from "./similarity_tile.ts";

/** Columns of a tile: with 64 the weights alone would take all 16 KiB that every device has. */
const TILE_COLUMNS = 32;

/** Numbers of a row that sixteen invocations sum at a time, four each. */
const SPAN = 64;

const FOUR = [0, 1, 2, 3];

/** @param spans How many times 64 numbers of each row a workgroup sums. */
const gradientProgram = (spans: 1 | 2): Program => ({
  name: `AlikeNtXentGradient ${spans}`,
  outputs: { dz: "f32" },
  inputs: { z: "f32", all: "f32", loss: "f32", logSumExp: "f32", dy: "f32" },
  uniforms: { total: "u32", size: "u32", first: "u32", rows: "u32", temperature: "f32" },
  code: () => {
    const parts = Array.from({ length: spans }, (_, part) => part);
    const sums = parts.flatMap((part) => FOUR.map((r) => ({ part, r, name: `sum${part}${r}` })));
    return `
${similarityMemory(2)}
/** Of each column, for four rows at a time. */
var<workgroup> weights: array<vec4<f32>, ${TILE_COLUMNS * TILE_ROWS / 4}>;
/** One over the length that each row had. */
var<workgroup> scales: array<f32, ${TILE_ROWS}>;

/** exp(-x) - 1 for x not below 0. */
fn missing(x: f32) -> f32 {
  if (x > 0.05) { return exp(-x) - 1.0; }
  return -x * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x * (1.0 / 24.0 - x / 120.0))));
}

fn weightOf(i: u32, j: u32, s: f32) -> f32 {
  if (i >= u.total || j >= u.total || i == j) { return 0.0; }
  // The softmax at the pair less 1, from either side.
  if (j == (i ^ 1u)) { return missing(loss[i]) + missing(loss[j]); }
  return exp(s / u.temperature - logSumExp[i]) + exp(s / u.temperature - logSumExp[j]);
}

/** Four numbers of a row, 16 apart: neighbouring invocations read neighbouring numbers. */
fn numbersOf(row: u32, at: u32) -> vec4<f32> {
  if (row >= u.total) { return vec4<f32>(0.0); }
  let i = row * u.size + at;
  if (at + 48u < u.size) { return vec4<f32>(all[i], all[i + 16u], all[i + 32u], all[i + 48u]); }
  var numbers = vec4<f32>(0.0);
  for (var n = 0u; at + 16u * n < u.size; n++) { numbers[n] = all[i + 16u * n]; }
  return numbers;
}

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) index: u32,
) {
  let tileRow = u.first + group.x * ${TILE_ROWS}u;
  let firstRow = tileRow + 4u * local.y;
  let span = group.y * ${spans * SPAN}u + local.x;
  ${sums.map(({ name }) => `var ${name} = vec4<f32>(0.0);`).join("\n  ")}
  // Of each row's gradient along the row itself.
  var along = vec4<f32>(0.0);
  for (var column = 0u; column < u.total; column += ${TILE_COLUMNS}u) {
    ${similarityTile(2, "tileRow", "column")}
    ${
      [0, 1].map((c) => `
    {
      let j = column + 2u * local.x + ${c}u;
      let weight = vec4<f32>(
        ${FOUR.map((r) => `weightOf(firstRow + ${r}u, j, products${c}[${r}])`).join(",\n        ")},
      );
      along += weight * products${c};
      weights[(2u * local.x + ${c}u) * 16u + local.y] = weight;
    }`).join("")
    }
    workgroupBarrier();
    for (var j = 0u; j < ${TILE_COLUMNS}u; j++) {
      let weight = weights[j * 16u + local.y];
      ${
      parts.map((part) => `
      let numbers${part} = numbersOf(column + j, span + ${part * SPAN}u);
      ${FOUR.map((r) => `sum${part}${r} += weight[${r}] * numbers${part};`).join("\n      ")}`)
        .join("")
    }
    }
    workgroupBarrier();
  }
  weights[local.x * 16u + local.y] = along;
  if (index < ${TILE_ROWS}u) {
    // By the largest number, so that none overflows or vanishes.
    let row = group.x * ${TILE_ROWS}u + index;
    var largest = 0.0;
    var unit = 0.0;
    if (row < u.rows) {
      for (var c = 0u; c < u.size; c++) {
        let number = z[row * u.size + c];
        if (abs(number) > abs(largest)) {
          largest = number;
          unit = all[(u.first + row) * u.size + c];
        }
      }
    }
    scales[index] = select(unit / largest, 0.0, largest == 0.0) *
      (dy[0] / (f32(u.total) * u.temperature));
  }
  workgroupBarrier();
  along = vec4<f32>(0.0);
  for (var n = 0u; n < 16u; n++) { along += weights[n * 16u + local.y]; }
  ${
      sums.map(({ part, r, name }) => `
  if (firstRow + ${r}u < u.first + u.rows) {
    let at = span + ${part * SPAN}u;
    let own = numbersOf(firstRow + ${r}u, at);
    let gradient = (${name} - along[${r}] * own) * scales[4u * local.y + ${r}u];
    let start = (firstRow + ${r}u - u.first) * u.size;
    for (var n = 0u; n < 4u && at + 16u * n < u.size; n++) {
      dz[start + at + 16u * n] = gradient[n];
    }
  }`).join("")
    }
}`;
  },
});

interface Call {
  inputs: Record<"dy" | "z" | "all" | "loss" | "logSumExp", tf.TensorInfo>;
  backend: WebGPUBackend;
  attrs: { first: number; temperature: number };
}

function ntXentGradient({ inputs, backend, attrs: { first, temperature } }: Call): tf.TensorInfo {
  const [total, size] = inputs.all.shape as [number, number];
  const rows = inputs.z.shape[0]!;
  const dz = makeOutput(backend, inputs.z.shape);
  const spans = size > SPAN ? 2 : 1;
  runProgram(
    backend,
    gradientProgram(spans),
    { ...inputs, dz },
    { total, size, first, rows, temperature },
    [Math.ceil(rows / TILE_ROWS), Math.ceil(size / (spans * SPAN)), 1],
  );
  return dz;
}

/**
 * `{dy: scalar, z [N, D], all [T, D], loss [T], logSumExp [T]}`, `{first, temperature}` → the
 * gradient of dy times the mean loss with respect to z, the rows of `all` from `first` before they
 * were normalised.
 */
export const ntXentGradientConfig: tf.KernelConfig = {
  kernelName: "AlikeNtXentGradient",
  backendName: "webgpu",
  kernelFunc: ntXentGradient as unknown as tf.KernelFunc,
};
