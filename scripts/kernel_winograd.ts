/**
 * Writes `assembly/winograd_transforms.ts`: the transforms of Winograd's minimal filtering
 * F(m x m, 3 x 3), for m = 2 and 4 (Lavin and Gray, "Fast Algorithms for Convolutional Neural
 * Networks", CVPR 2016, with the points 0, 1, -1, 2, -2 and infinity).
 *
 * Each is a one-dimensional transform of `winograd_filterings.ts`, written out with a variable for
 * every value, for 4 channels at a time. Images are transformed along the height first, whole rows
 * at once, and along the width when a row of places is multiplied: neighbouring tiles share the
 * first half, and no more values are alive than there are registers.
 *
 * @module
 */
import { add, F2, F4, type Filtering, Lines, type Transform } from "./winograd_filterings.ts";

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
function rowsIn(name: string, size: number, places: number, transform: Transform): string {
  const lines = new Lines();
  const values = range(size).map((row) => lines.name(`v128.load(p${row} + c)`));
  transform(lines, values).forEach((value, place) =>
    lines.push(`v128.store(q${place} + c, ${value});`)
  );
  return `
/** Rows of \`bytes\` bytes at p0 to p${
    size - 1
  } to ${places} rows of places, \`row\` bytes apart. */
export function ${name}(
  ${range(size).map((row) => `p${row}: usize`).join(", ")}, q0: usize, row: usize, bytes: usize,
): void {
${range(places - 1).map((place) => `  const q${place + 1} = q${place} + row;\n`).join("")}
  for (let c: usize = 0; c < bytes; c += 16) {
${lines}
  }
}
`;
}

/** Along the width: a row of places, as `rowsIn` left it, to the matrices that are multiplied. */
function columnsIn(
  name: string,
  size: number,
  { outputs }: Filtering,
  transform: Transform,
): string {
  const lines = new Lines();
  const from = walk(lines, "p", "t + c");
  const to = walk(lines, "q", "v + c");
  const values = range(size).map(() => lines.name(`v128.load(${from("pixel")})`));
  transform(lines, values).forEach((value) => lines.push(`v128.store(${to("place")}, ${value});`));
  return `
/** \`columns\` tiles of ${size} pixels, ${outputs} apart, to ${outputs + 2} matrices. */
export function ${name}(
  t: usize, pixel: usize, columns: i32, v: usize, place: usize,
): void {
  for (; columns > 0; columns--) {
    for (let c: usize = 0; c < pixel; c += 16) {
${lines}
    }
    t += ${outputs} * pixel;
    v += pixel;
  }
}
`;
}

/** Along the width: a row of products to a row of places of outputs. */
function columnsOut({ outputs, output }: Filtering): string {
  const lines = new Lines();
  const from = walk(lines, "m", "p + c");
  const to = walk(lines, "q", "n + c");
  const values = range(outputs + 2).map(() => lines.name(`v128.load(${from("place")})`));
  output(lines, values).forEach((value) => lines.push(`v128.store(${to("pixel")}, ${value});`));
  return `
/** ${outputs + 2} matrices of products to ${outputs} pixels a tile. */
export function outputColumns${outputs}(
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
function rowsOut({ outputs, output }: Filtering): string {
  const loop = (residual: boolean) => {
    const lines = new Lines();
    const values = range(outputs + 2).map((place) => lines.name(`v128.load(p${place} + at + c)`));
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
 * ${
    outputs + 2
  } rows of places, \`row\` bytes apart, to \`rows\` (at most ${outputs}) rows of outputs:
 * y = clamp(bias + result + residual, low, high). \`residual\` is how far it lies from y, 0 for none.
 * Rows that do not exist are written to the first, which is written last.
 */
export function outputRows${outputs}(
  p0: usize, row: usize, pixel: usize, bytes: usize, bias: usize, q0: usize, yRow: usize,
  yPixel: usize, rows: i32, residual: usize, low: f32, high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
${range(outputs + 1).map((place) => `  const p${place + 1} = p${place} + row;\n`).join("")}${
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

function weights({ outputs, weight }: Filtering): string {
  const lines = new Lines();
  const to = walk(lines, "q", "transformed + at");
  both(
    lines,
    3,
    weight,
    (row, column) => `v128.load(packed + at + ${row * 3 + column} * tap)`,
    (_row, _column, value) => lines.push(`v128.store(${to("place")}, ${value});`),
  );
  return `
/** One panel's 9 taps, \`tap\` bytes each, to ${(outputs + 2) ** 2} places. */
export function weights${outputs}(
  packed: usize, tap: usize, transformed: usize, place: usize,
): void {
  for (let at: usize = 0; at < tap; at += 16) {
${lines}
  }
}
`;
}

function filters({ outputs, filter }: Filtering): string {
  const size = outputs + 2;
  const lines = new Lines();
  both(
    lines,
    size,
    filter,
    (row, column) => `v128.load(sums + at + ${row * size + column} * place)`,
    (row, column, value) =>
      lines.push(`v128.store(dw + at + ${row * 3 + column} * tap, ${value});`),
  );
  return `
/** ${size * size} places of sums to 9 weights' gradients, for \`bytes\` bytes of channels. */
export function filters${outputs}(
  sums: usize, place: usize, bytes: usize, dw: usize, tap: usize,
): void {
  for (let at: usize = 0; at < bytes; at += 16) {
${lines}
  }
}
`;
}

/** All transforms of one tile size. */
function transforms(filtering: Filtering): string[] {
  const { outputs, input, gradient } = filtering;
  const size = outputs + 2;
  return [
    rowsIn(`inputRows${outputs}`, size, size, input),
    columnsIn(`inputColumns${outputs}`, size, filtering, input),
    weights(filtering),
    columnsOut(filtering),
    rowsOut(filtering),
    rowsIn(`gradientRows${outputs}`, outputs, size, gradient),
    columnsIn(`gradientColumns${outputs}`, outputs, filtering, gradient),
    filters(filtering),
  ];
}

/** The text of `assembly/winograd_transforms.ts`. */
export function winogradSource(): string {
  return ['import { madd } from "./simd";\n', ...[F2, F4].flatMap(transforms)].join("");
}
