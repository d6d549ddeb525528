/**
 * Writes `assembly/winograd_transforms.ts`: the transforms of Winograd's minimal filtering
 * F(m x m, 3 x 3), for m = 2 and 4 (Lavin and Gray, "Fast Algorithms for Convolutional Neural
 * Networks", CVPR 2016, with the points 0, 1, -1, 2, -2 and infinity).
 *
 * Each is a one-dimensional transform of `winograd_filterings.ts`, applied to the columns of a tile
 * and then to its rows. Written out, with a variable for every value, for 4 channels at a time.
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

function inputs({ outputs, input }: Filtering): string {
  const size = outputs + 2;
  const lines = new Lines();
  const rows = range(size).map((row) => walk(lines, `p${row}`, `x + c + ${row} * rowBytes`));
  const to = walk(lines, "q", "v + c");
  both(
    lines,
    size,
    input,
    (row) => `v128.load(${rows[row]!("pixel")})`,
    (_row, _column, value) => lines.push(`v128.store(${to("place")}, ${value});`),
  );
  return `
/** A tile of ${size}x${size} inputs at \`x\`, \`pixel\` bytes each, to ${
    size * size
  } places from \`v\` on. */
export function inputs${outputs}(
  x: usize, rowBytes: usize, pixel: usize, v: usize, place: usize,
): void {
  for (let c: usize = 0; c < pixel; c += 16) {
${lines}
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

function results({ outputs, output }: Filtering): string {
  const size = outputs + 2;
  const lines = new Lines();
  const rows = range(size).map((row) => walk(lines, `p${row}`, `m + c + ${row * size} * place`));
  lines.push("const b = v128.load(bias + c);");
  const targets = range(outputs).map((row) => walk(lines, `q${row}`, `y + c + ${row} * yRow`));
  both(
    lines,
    size,
    output,
    (row) => `v128.load(${rows[row]!("place")})`,
    (row, _column, value) => {
      const clamped = `f32x4.pmin(f32x4.pmax(${add(value, "b")}, lows), highs)`;
      lines.push(`v128.store(${targets[row]!("yPixel")}, ${clamped});`);
    },
  );
  return `
/** ${
    size * size
  } places from \`m\` on, \`pixel\` bytes each, to a tile of ${outputs}x${outputs} outputs. */
export function outputs${outputs}(
  m: usize, place: usize, pixel: usize, bias: usize, y: usize, yRow: usize, yPixel: usize,
  low: f32, high: f32,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let c: usize = 0; c < pixel; c += 16) {
${lines}
  }
}
`;
}

function gradients({ outputs, gradient }: Filtering): string {
  const lines = new Lines();
  const rows = range(outputs).map((row) => walk(lines, `p${row}`, `dy + c + ${row} * rowBytes`));
  const to = walk(lines, "q", "d + c");
  both(
    lines,
    outputs,
    gradient,
    (row) => `v128.load(${rows[row]!("pixel")})`,
    (_row, _column, value) => lines.push(`v128.store(${to("place")}, ${value});`),
  );
  return `
/** A tile of ${outputs}x${outputs} outputs' gradients to ${
    (outputs + 2) ** 2
  } places, without G's factors. */
export function gradients${outputs}(
  dy: usize, rowBytes: usize, pixel: usize, d: usize, place: usize,
): void {
  for (let c: usize = 0; c < pixel; c += 16) {
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

/** The text of `assembly/winograd_transforms.ts`. */
export function winogradSource(): string {
  return [
    'import { madd } from "./simd";\n',
    ...[F2, F4].flatMap((filtering) =>
      [inputs, weights, results, gradients, filters].map((write) => write(filtering))
    ),
  ].join("");
}
