/**
 * Writes `assembly/winograd_transforms.ts`: the transforms of Winograd's minimal filtering
 * for every tile there is (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
 * CVPR 2016, with the points 0, 1, -1, 2, -2 and infinity).
 *
 * Each is a one-dimensional transform of `winograd_filterings.ts`, written out with a variable for
 * every value, for 4 channels at a time. Images are transformed along the height first, whole rows
 * at once, and along the width when a row of places is multiplied: neighbouring tiles share the
 * first half, and only one column or row of values is alive at a time.
 *
 * @module
 */
import {
  add,
  F2,
  F4,
  F_DOWN,
  F_FIVE,
  F_UP,
  type Filtering,
  Lines,
  type Transform,
} from "./winograd_filterings.ts";
import type { WinogradTile } from "../src/tensor/kernels/winograd_tiles.ts";

const range = (length: number) => Array.from({ length }, (_, i) => i);

/**
 * Applies a transform to the columns and then to the rows of `size` x `size` values.
 *
 * @param load What is read, column by column; `store` is called row by row.
 */
function both(
  lines: Lines,
  size: number,
  transform: Transform,
  load: (row: number, column: number) => string,
  store: (row: number, column: number, value: string) => void,
): void {
  const columns = range(size).map((column) =>
    transform(lines, range(size).map((row) => lines.name(load(row, column))))
      .map((value) => lines.name(value))
  );
  for (const row of range(columns[0]!.length)) {
    transform(lines, columns.map((column) => column[row]!))
      .forEach((value, column) => store(row, column, value));
  }
}

/** A pointer that walks: `from`, then `step` further at each use. */
function walk(lines: Lines, name: string, from: string): (step: string) => string {
  lines.push(`let ${name}: usize = ${from};`);
  let used = false;
  return (step) => {
    if (used) lines.push(`${name} += ${step};`);
    used = true;
    return name;
  };
}

/** Along the height: rows of an image to rows of places. */
function rowsIn(name: string, rows: number, places: number, transform: Transform): string {
  const lines = new Lines();
  const values = range(rows).map((row) => lines.name(`v128.load(p${row} + c)`));
  transform(lines, values).forEach((value, place) =>
    lines.push(`v128.store(q${place} + c, ${value});`)
  );
  return `
/**
 * ${rows} rows from row \`top\` on, of which \`bytes\` bytes at \`x\` count, to ${places} rows of places,
 * \`row\` bytes apart. Rows outside the image are read from \`zeros\`.
 */
function ${name}(
  x: usize, rowBytes: usize, height: i32, top: i32, zeros: usize, q0: usize, row: usize,
  bytes: usize,
): void {
${
    range(rows).map((i) => `  const p${i} = rowAt(x, rowBytes, height, top + ${i}, zeros);\n`).join(
      "",
    )
  }${
    range(places - 1).map((place) => `  const q${place + 1} = q${place} + row;\n`).join("")
  }  for (let c: usize = 0; c < bytes; c += 16) {
${lines}
  }
}
`;
}

/** Along the width: a row of places, as `rowsIn` left it, to the matrices that are multiplied. */
function columnsIn(name: string, pixels: number, step: number, transform: Transform): string {
  const lines = new Lines();
  const from = walk(lines, "p", "t + c");
  const to = walk(lines, "q", "v + c");
  const values = range(pixels).map(() => lines.name(`v128.load(${from("pixel")})`));
  const places = transform(lines, values);
  places.forEach((value) => lines.push(`v128.store(${to("place")}, ${value});`));
  return `
/** \`columns\` tiles of ${pixels} pixels, ${step} apart, to ${places.length} matrices. */
function ${name}(
  t: usize, pixel: usize, columns: i32, v: usize, place: usize,
): void {
  for (; columns > 0; columns--) {
    for (let c: usize = 0; c < pixel; c += 16) {
${lines}
    }
    t += ${step} * pixel;
    v += pixel;
  }
}
`;
}

/** Along the width: a row of products to a row of places of outputs. */
function columnsOut(name: string, { tile: { outputs, places }, output }: Filtering): string {
  const lines = new Lines();
  const from = walk(lines, "m", "p + c");
  const to = walk(lines, "q", "n + c");
  const values = range(places).map(() => lines.name(`v128.load(${from("place")})`));
  output(lines, values).forEach((value) => lines.push(`v128.store(${to("pixel")}, ${value});`));
  return `
/** ${places} matrices of products to ${outputs} pixels a tile. */
function ${name}(
  p: usize, place: usize, pixel: usize, columns: i32, n: usize,
): void {
  for (; columns > 0; columns--) {
    for (let c: usize = 0; c < pixel; c += 16) {
${lines}
    }
    p += pixel;
    n += ${outputs} * pixel;
  }
}
`;
}

/** Along the height, at last: rows of places to rows of outputs. */
function rowsOut(name: string, { tile: { outputs, places }, output }: Filtering): string {
  const loop = (residual: boolean) => {
    const lines = new Lines();
    const values = range(places).map((place) => lines.name(`v128.load(p${place} + at + c)`));
    lines.push("const b = v128.load(bias + c);");
    const results = output(lines, values).map((value, row) => {
      const sum = add(value, "b");
      return lines.name(residual ? add(sum, `v128.load(q${row} + residual + to + c)`) : sum);
    });
    for (const [row, value] of [...results.entries()].reverse()) {
      lines.push(`v128.store(q${row} + to + c, f32x4.pmin(f32x4.pmax(${value}, lows), highs));`);
    }
    return `    let to: usize = 0;
    for (let at: usize = 0; at < bytes; at += pixel) {
      for (let c: usize = 0; c < pixel; c += 16) {
${lines}
      }
      to += yPixel;
    }`;
  };
  return `
/**
 * ${places} rows of places, \`row\` bytes apart, to \`rows\` (at most ${outputs}) rows of outputs:
 * y = clamp(bias + result + residual, low, high). \`residual\` is how far it lies from y, 0 for none.
 * Rows that do not exist are written to the first, which is written last.
 */
function ${name}(
  p0: usize, row: usize, pixel: usize, bytes: usize, bias: usize, q0: usize, yRow: usize,
  yPixel: usize, rows: i32, residual: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
${range(places - 1).map((place) => `  const p${place + 1} = p${place} + row;\n`).join("")}${
    range(outputs - 1).map((i) =>
      `  const q${i + 1} = rows > ${i + 1} ? q0 + ${i + 1} * yRow : q0;\n`
    ).join("")
  }  if (residual) {
${loop(true)}
  } else {
${loop(false)}
  }
}
`;
}

function weights(name: string, { tile, weight }: Filtering): string {
  const lines = new Lines();
  const to = walk(lines, "q", "transformed + at");
  both(
    lines,
    tile.taps,
    weight,
    (row, column) => `v128.load(packed + at + ${row * tile.taps + column} * tap)`,
    (_row, _column, value) => lines.push(`v128.store(${to("place")}, ${value});`),
  );
  return `
/** One panel's ${tile.taps ** 2} taps, \`tap\` bytes each, to ${tile.weights ** 2} places. */
function ${name}(
  packed: usize, tap: usize, transformed: usize, place: usize,
): void {
  for (let at: usize = 0; at < tap; at += 16) {
${lines}
  }
}
`;
}

function filters(name: string, { taps, weights: places }: WinogradTile, filter: Transform): string {
  const lines = new Lines();
  both(
    lines,
    places,
    filter,
    (row, column) => `v128.load(sums + at + ${row * places + column} * place)`,
    (row, column, value) =>
      lines.push(`v128.store(dw + at + ${row * taps + column} * tap, ${value});`),
  );
  return `
/** ${places ** 2} places of sums to ${
    taps ** 2
  } weights' gradients, for \`bytes\` bytes of channels. */
function ${name}(
  sums: usize, place: usize, bytes: usize, dw: usize, tap: usize,
): void {
  for (let at: usize = 0; at < bytes; at += 16) {
${lines}
  }
}
`;
}

/** All transforms of one tile; their names end with its kind. */
function transforms({ tile, input, gradient, filter, ...rest }: Filtering): string[] {
  const { kind, inputs, outputs, places, step } = tile;
  const filtering = { tile, input, ...rest };
  return [
    rowsIn(`inputRows${kind}`, inputs, places, input),
    columnsIn(`inputColumns${kind}`, inputs, step, input),
    weights(`weights${kind}`, filtering),
    columnsOut(`outputColumns${kind}`, filtering),
    rowsOut(`outputRows${kind}`, filtering),
    ...(gradient === undefined ? [] : [
      rowsIn(`gradientRows${kind}`, outputs, places, gradient),
      columnsIn(`gradientColumns${kind}`, outputs, outputs, gradient),
    ]),
    ...(filter === undefined ? [] : [filters(`filters${kind}`, tile, filter)]),
  ];
}

/** A function that calls the one of the tile's kind. */
function dispatch(name: string, filterings: Filtering[], parameters: string): string {
  const names = [...parameters.matchAll(/(\w+):/g)].map(([, parameter]) => parameter).join(", ");
  const cases = filterings.map(({ tile: { kind } }) =>
    `  if (kind == ${kind}) ${name}${kind}(${names});\n`
  );
  return `
export function ${name}(kind: i32, ${parameters}): void {
${cases.join("")}}
`;
}

/** A size of the tile of a kind. */
function size(name: string, of: (tile: WinogradTile) => number): string {
  const cases = FILTERINGS.map(({ tile }) => `  if (kind == ${tile.kind}) return ${of(tile)};\n`);
  return `
export function ${name}(kind: i32): i32 {
${cases.join("")}  return 0;
}
`;
}

const FILTERINGS = [F2, F4, F_DOWN, F_UP, F_FIVE];

const ROWS = "x: usize, rowBytes: usize, height: i32, top: i32, zeros: usize, q0: usize, " +
  "row: usize, bytes: usize";
const COLUMNS = "t: usize, pixel: usize, columns: i32, v: usize, place: usize";

/** The text of `assembly/winograd_transforms.ts`. */
export function winogradSource(): string {
  const backward = FILTERINGS.filter(({ gradient }) => gradient !== undefined);
  return [
    `import { madd } from "./simd";

/** Row \`row\` of an image from \`x\` on, or the row of zeros. */
function rowAt(x: usize, rowBytes: usize, height: i32, row: i32, zeros: usize): usize {
  return row >= 0 && row < height ? x + <usize>row * rowBytes : zeros;
}
`,
    ...FILTERINGS.flatMap(transforms),
    size("tapsOf", ({ taps }) => taps),
    size("outputsOf", ({ outputs }) => outputs),
    size("inputsOf", ({ inputs }) => inputs),
    size("stepOf", ({ step }) => step),
    size("placesOf", ({ places }) => places),
    size("weightsOf", ({ weights }) => weights),
    dispatch("inputRows", FILTERINGS, ROWS),
    dispatch("inputColumns", FILTERINGS, COLUMNS),
    dispatch(
      "weights",
      FILTERINGS,
      "packed: usize, tap: usize, transformed: usize, place: usize",
    ),
    dispatch(
      "outputColumns",
      FILTERINGS,
      "p: usize, place: usize, pixel: usize, columns: i32, n: usize",
    ),
    dispatch(
      "outputRows",
      FILTERINGS,
      "p0: usize, row: usize, pixel: usize, bytes: usize, bias: usize, q0: usize, yRow: usize, " +
        "yPixel: usize, rows: i32, residual: usize, low: f32, high: f32",
    ),
    dispatch("gradientRows", backward, ROWS),
    dispatch("gradientColumns", backward, COLUMNS),
    dispatch("filters", backward, "sums: usize, place: usize, bytes: usize, dw: usize, tap: usize"),
  ].join("");
}
