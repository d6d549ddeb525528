/**
 * NT-Xent's figures of each row, two dispatches: tiles of similarities with an online log-sum-exp,
 * of which nothing is kept but three numbers a row; then those are put together.
 *
 * Few rows are few workgroups, so the columns are dealt out over several as well.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { flatGroups, flatMain } from "./flat.ts";
import { makeOutput } from "./make_output.ts";
import { type Program, runProgram } from "./run_program.ts";
import { similarityMemory, similarityTile, TILE_ROWS } from "./similarity_tile.ts";

/** Columns of a tile. */
const TILE_COLUMNS = 64;

/** Workgroups there should be, for a large GPU to be busy. */
const ENOUGH_GROUPS = 256;

/** Less than any cosine. */
const NOTHING = "-4.0";

/** Takes a similarity `s` of row `r`, 0 to 3, with row `j`, into that row's figures. */
const take = (r: number, c: number) => `
    {
      let i = firstRow + ${r}u;
      let j = firstColumn + ${c}u;
      let s = products${c}[${r}];
      if (j < u.total && j != i) {
        if (j == (i ^ 1u)) {
          positive[${r}] = s;
        } else if (s > hardest[${r}]) {
          sum[${r}] = sum[${r}] * exp((hardest[${r}] - s) / u.temperature) + 1.0;
          hardest[${r}] = s;
        } else {
          sum[${r}] += exp((s - hardest[${r}]) / u.temperature);
        }
      }
    }`;

const FOUR = [0, 1, 2, 3];

const tilesProgram: Program = {
  name: "AlikeNtXentRows tiles",
  outputs: { partial: "f32" },
  inputs: { all: "f32" },
  uniforms: {
    total: "u32",
    size: "u32",
    first: "u32",
    rows: "u32",
    splitColumns: "u32",
    temperature: "f32",
  },
  code: () => `
${similarityMemory(4)}
@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tileRow = u.first + group.x * ${TILE_ROWS}u;
  let firstRow = tileRow + 4u * local.y;
  var hardest = vec4<f32>(${NOTHING});
  var sum = vec4<f32>(0.0);
  var positive = vec4<f32>(0.0);
  let end = min(u.total, (group.y + 1u) * u.splitColumns);
  for (var column = group.y * u.splitColumns; column < end; column += ${TILE_COLUMNS}u) {
    ${similarityTile(4, "tileRow", "column")}
    let firstColumn = column + 4u * local.x;
    ${FOUR.flatMap((r) => FOUR.map((c) => take(r, c))).join("")}
  }
  // Sixteen invocations have a share of the same four rows.
  ${
    FOUR.map((r) => `
  workgroupBarrier();
  rowTile[local.y * 16u + local.x] = vec4<f32>(hardest[${r}], sum[${r}], positive[${r}], 0.0);
  workgroupBarrier();
  if (local.x == 0u && firstRow + ${r}u < u.first + u.rows) {
    var most = ${NOTHING};
    for (var n = 0u; n < 16u; n++) { most = max(most, rowTile[local.y * 16u + n].x); }
    var total = 0.0;
    var pair = 0.0;
    for (var n = 0u; n < 16u; n++) {
      let share = rowTile[local.y * 16u + n];
      total += share.y * exp((share.x - most) / u.temperature);
      pair += share.z;
    }
    let at = group.y * 3u * u.rows + firstRow + ${r}u - u.first;
    partial[at] = most;
    partial[at + u.rows] = total;
    partial[at + 2u * u.rows] = pair;
  }`).join("")
  }
}`,
};

const mergeProgram: Program = {
  name: "AlikeNtXentRows",
  outputs: { loss: "f32", logSumExp: "f32", correct: "f32" },
  inputs: { partial: "f32" },
  uniforms: { rows: "u32", splits: "u32", temperature: "f32" },
  code: () =>
    `
fn log1p(x: f32) -> f32 {
  if (x > 0.05) { return log(1.0 + x); }
  return x * (1.0 - x * (0.5 - x * (1.0 / 3.0 - x * (0.25 - x * 0.2))));
}` + flatMain(
      "u.rows",
      `
  var hardest = ${NOTHING};
  for (var n = 0u; n < u.splits; n++) { hardest = max(hardest, partial[n * 3u * u.rows + i]); }
  var sum = 0.0;
  var positive = 0.0;
  for (var n = 0u; n < u.splits; n++) {
    let at = n * 3u * u.rows + i;
    sum += partial[at + u.rows] * exp((partial[at] - hardest) / u.temperature);
    positive += partial[at + 2u * u.rows];
  }
  let lead = (positive - hardest) / u.temperature;
  // A loss near zero is the logarithm of little more than 1.
  var own = log(sum + exp(min(lead, 0.0))) - lead;
  if (lead > 0.0) { own = log1p(sum * exp(-lead)); }
  loss[i] = own;
  logSumExp[i] = own + positive / u.temperature;
  correct[i] = select(0.0, 1.0, lead > 0.0);`,
    ),
};

interface Call {
  inputs: { all: tf.TensorInfo };
  backend: WebGPUBackend;
  attrs: { first: number; rows: number; temperature: number };
}

function ntXentRows({ inputs: { all }, backend, attrs }: Call): tf.TensorInfo[] {
  const { first, rows, temperature } = attrs;
  const [total, size] = all.shape as [number, number];
  const rowTiles = Math.ceil(rows / TILE_ROWS);
  const columnTiles = Math.ceil(total / TILE_COLUMNS);
  const wanted = Math.min(columnTiles, Math.ceil(ENOUGH_GROUPS / rowTiles));
  const splitColumns = Math.ceil(columnTiles / wanted) * TILE_COLUMNS;
  const splits = Math.ceil(total / splitColumns);
  const partial = makeOutput(backend, [splits, 3, rows]);
  const sizes = { total, size, first, rows, splitColumns, temperature };
  runProgram(backend, tilesProgram, { partial, all }, sizes, [rowTiles, splits, 1]);
  const [loss, logSumExp, correct] = [0, 1, 2].map(() => makeOutput(backend, [rows])) as [
    tf.TensorInfo,
    tf.TensorInfo,
    tf.TensorInfo,
  ];
  runProgram(
    backend,
    mergeProgram,
    { loss, logSumExp, correct, partial },
    { rows, splits, temperature },
    flatGroups(rows),
  );
  backend.disposeData(partial.dataId);
  return [loss, logSumExp, correct];
}

/**
 * `{all [T, D], of unit length}`, `{first, rows, temperature}` → `[loss, logSumExp, correct]`,
 * each `[rows]`, of the rows from `first`.
 */
export const ntXentRowsConfig: tf.KernelConfig = {
  kernelName: "AlikeNtXentRows",
  backendName: "webgpu",
  kernelFunc: ntXentRows as unknown as tf.KernelFunc,
};
