/**
 * Writes `assembly/conv_tiles.ts`: the register tiles of the convolution kernels.
 *
 * A tile is a block of results that stays in vector registers while the sum over k runs.
 * AssemblyScript has no arrays of registers, so every accumulator is a local variable with a name
 * of its own; writing them out by hand would be the same lines over and over.
 * `scripts/kernels.ts` hands this text to the compiler; it exists nowhere as a file.
 *
 * @module
 */

/** A tile's size: `rows` pixels (or weights) by `columns` channels, `unroll` steps of k a turn. */
interface Tile {
  rows: number;
  columns: number;
  unroll: number;
}

/**
 * 8x16 has twice the accumulators that x86 has registers, and is still the fastest: unrolled, each
 * is fetched from the stack once for several fused multiply-adds, and out-of-order execution hides
 * that, while 12 loads feed 32 multiply-adds (6x8, which fits, needs 8 loads for 12). GFLOP/s
 * measured for 3x3 over 16, 32, 64 channels: 4x8 34, 6x8 41, 8x8 41, 6x16 46-48, 8x16 by two 46,
 * 8x16 by three 47-48. Three also divides the runs of a 3x3 window. 8x8 is for the last 8 channels.
 */
export const FORWARD_TILES: Tile[] = [
  { rows: 8, columns: 16, unroll: 3 },
  { rows: 8, columns: 8, unroll: 4 },
];

/**
 * The filter gradient reads both factors from rows of the images. GFLOP/s as above: 6x8 42-40,
 * 8x8 by four 46-39, 8x16 by two 51-46, by three 50-38, 12x16 51-47 (but 12 divides few widths).
 * The four-row tiles are for what 8 leaves over: the 9 rows of a 3-channel stem, the 3 of one
 * channel.
 */
export const FILTER_TILES: Tile[] = [
  { rows: 8, columns: 16, unroll: 2 },
  { rows: 8, columns: 8, unroll: 4 },
  { rows: 4, columns: 16, unroll: 2 },
  { rows: 4, columns: 8, unroll: 4 },
];

/**
 * Products of Winograd's transformed tiles: k is the number of channels, a multiple of 8. By two,
 * not three or four: the sums are short, so what counts is how soon the first turn is over.
 */
export const PRODUCT_TILES: Tile[] = [
  { rows: 8, columns: 16, unroll: 2 },
  { rows: 8, columns: 8, unroll: 4 },
];

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** One line for each accumulator of the tile: vector `j` of row `i`. */
function eachAccumulator({ rows, columns }: Tile, line: (i: number, j: number) => string): string {
  return range(rows).flatMap((i) => range(columns / 4).map((j) => `  ${line(i, j)}\n`)).join("");
}

function eachRow({ rows }: Tile, line: (i: number) => string): string {
  return range(rows).map((i) => `  ${line(i)}\n`).join("");
}

/**
 * The multiply-adds of one k: `a(i)` loads row i's scalar, `b(j)` the j-th vector of columns. The
 * `first` only multiplies: short sums feel what it costs to set the accumulators to zero.
 */
function step(
  tile: Tile,
  u: number,
  a: (i: number) => string,
  b: (j: number) => string,
  first = false,
): string {
  return [
    ...range(tile.columns / 4).map((j) => `const b${j}_${u} = ${b(j)};`),
    ...range(tile.rows).flatMap((i) => [
      `const a${i}_${u} = ${a(i)};`,
      ...range(tile.columns / 4).map((j) =>
        first
          ? `c${i}_${j} = f32x4.mul(a${i}_${u}, b${j}_${u});`
          : `c${i}_${j} = madd(a${i}_${u}, b${j}_${u}, c${i}_${j});`
      ),
    ]),
  ].map((line) => `      ${line}\n`).join("");
}

function forwardTile(tile: Tile): string {
  const { rows, columns, unroll } = tile;
  const vector = columns * 4;
  const steps = (count: number) =>
    range(count).map((u) =>
      step(
        tile,
        u,
        (i) => `v128.load_splat<f32>(p${i}, ${u * 4})`,
        (j) => `v128.load(packed, ${u * vector + j * 16})`,
      )
    ).join("") + eachRow(tile, (i) => `    p${i} += ${count * 4};`) +
    `      packed += ${count * vector};\n      k -= ${count};\n`;
  return `
/**
 * ${rows} output pixels by ${columns} channels: y = clamp(bias + sum of window times weights).
 * A window is \`height\` runs of \`run\` floats, \`rowBytes\` apart; the tables hold each pixel's
 * offset from x and from y.
 */
export function forward${rows}x${columns}(
  height: i32, run: i32, x: usize, rowBytes: usize, inTable: usize, packed: usize, bias: usize,
  y: usize, outTable: usize, residual: usize, low: f32, high: f32,
): void {
${eachRow(tile, (i) => `let p${i}: usize = x + load<u32>(inTable, ${i * 4});`)}${
    eachAccumulator(tile, (i, j) => `let c${i}_${j} = v128.load(bias, ${j * 16});`)
  }  const skip = rowBytes - (<usize>run << 2);
  for (let row = height; row > 0; row--) {
    let k = run;
    while (k >= ${unroll}) {
${steps(unroll)}    }
    while (k > 0) {
${steps(1)}    }
${eachRow(tile, (i) => `  p${i} += skip;`)}  }
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
${eachRow(tile, (i) => `const o${i}: usize = y + load<u32>(outTable, ${i * 4});`)}  if (residual) {
${
    eachAccumulator(
      tile,
      (i, j) => `c${i}_${j} = f32x4.add(c${i}_${j}, v128.load(o${i} + residual, ${j * 16}));`,
    )
  }  }
${
    eachAccumulator(
      tile,
      (i, j) => `v128.store(o${i}, f32x4.pmin(f32x4.pmax(c${i}_${j}, lows), highs), ${j * 16});`,
    )
  }}
`;
}

function filterTile(tile: Tile): string {
  const { rows, columns, unroll } = tile;
  const one = (u: number) =>
    step(
      tile,
      u,
      (i) => `v128.load_splat<f32>(xp, ${i * 4})`,
      (j) => `v128.load(yp, ${j * 16})`,
    ) + "      xp += xPixel;\n      yp += yPixel;\n";
  const offset = (i: number, j: number) => (i * columns + j * 4) * 4;
  return `
/**
 * ${rows} weights' inputs by ${columns} output channels: dw += sum over pixels of x times dy.
 * Summed from zero and added at the end, so that rounding errors stay those of short sums.
 */
export function filter${rows}x${columns}(
  images: i32, rows: i32, length: i32, x: usize, xImage: usize, xRow: usize, xPixel: usize,
  y: usize, yImage: usize, yRow: usize, yPixel: usize, dw: usize,
): void {
${
    eachAccumulator(tile, (i, j) =>
      `let c${i}_${j} = f32x4.splat(0);`)
  }  for (let image = images; image > 0; image--) {
  let xr = x;
  let yr = y;
  for (let row = rows; row > 0; row--) {
    let xp = xr;
    let yp = yr;
    let p = length;
    while (p >= ${unroll}) {
${range(unroll).map(one).join("")}      p -= ${unroll};
    }
    while (p > 0) {
${one(0)}      p--;
    }
    xr += xRow;
    yr += yRow;
  }
  x += xImage;
  y += yImage;
  }
${
    eachAccumulator(
      tile,
      (i, j) =>
        `v128.store(dw, f32x4.add(v128.load(dw, ${offset(i, j)}), c${i}_${j}), ${offset(i, j)});`,
    )
  }}
`;
}

function productTile(tile: Tile): string {
  const { rows, columns, unroll } = tile;
  const vector = columns * 4;
  const turn = (first: boolean) =>
    range(unroll).map((u) =>
      step(
        tile,
        u,
        (i) => `v128.load_splat<f32>(p${i}, ${u * 4})`,
        (j) => `v128.load(packed, ${u * vector + j * 16})`,
        first && u === 0,
      )
    ).join("") + eachRow(tile, (i) => `    p${i} += ${unroll * 4};`) +
    `    packed += ${unroll * vector};\n`;
  return `
/** c [${rows}, ${columns}] = a [${rows}, k] times a packed panel; k is a multiple of ${unroll}, not 0. */
export function product${rows}x${columns}(
  k: i32, a: usize, aRow: usize, packed: usize, c: usize, cRow: usize,
): void {
${eachRow(tile, (i) => `let p${i}: usize = a + ${i} * aRow;`)}${
    eachAccumulator(tile, (i, j) => `let c${i}_${j}: v128;`)
  }  {
${turn(true)}  }
  for (k -= ${unroll}; k > 0; k -= ${unroll}) {
${turn(false)}  }
${
    range(rows).map((i) =>
      range(columns / 4).map((j) => `  v128.store(c, c${i}_${j}, ${j * 16});\n`).join("") +
      "  c += cRow;\n"
    ).join("")
  }}
`;
}

/** The text of `assembly/conv_tiles.ts`. */
export function tilesSource(): string {
  return [
    'import { madd } from "./simd";\n',
    ...FORWARD_TILES.map(forwardTile),
    ...FILTER_TILES.map(filterTile),
    ...PRODUCT_TILES.map(productTile),
  ].join("");
}
