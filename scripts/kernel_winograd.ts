/**
 * Writes `assembly/winograd_transforms.ts`: the transforms of Winograd's minimal filtering
 * F(m x m, 3 x 3), for m = 2 and 4 (Lavin and Gray, "Fast Algorithms for Convolutional Neural
 * Networks", CVPR 2016, with the points 0, 1, -1, 2, -2 and infinity).
 *
 * Each is a one-dimensional transform, given below as sums, applied to the columns of a tile and
 * then to its rows. Written out, with a variable for every value, for 4 channels at a time.
 *
 * @module
 */

/** Writes the lines of a function; each expression gets a name. */
class Lines {
  readonly #lines: string[] = [];
  #count = 0;

  /** `const` of an expression, by its new name. */
  name(expression: string): string {
    const name = `t${this.#count++}`;
    this.push(`const ${name} = ${expression};`);
    return name;
  }

  push(line: string): void {
    this.#lines.push(`    ${line}`);
  }

  toString(): string {
    return this.#lines.join("\n");
  }
}

const add = (a: string, b: string) => `f32x4.add(${a}, ${b})`;
const sub = (a: string, b: string) => `f32x4.sub(${a}, ${b})`;
const splat = (factor: number) => `f32x4.splat(${factor < 0 ? `-${-factor}` : factor})`;
const times = (factor: number, a: string) => `f32x4.mul(${splat(factor)}, ${a})`;
/** factor * a + b. */
const plus = (factor: number, a: string, b: string) => `madd(${splat(factor)}, ${a}, ${b})`;

/** From some values to others, all of one column or one row. */
type Transform = (lines: Lines, values: string[]) => string[];

/** The five transforms of one output size. */
interface Filtering {
  /** Outputs of a tile along one axis; it has two more inputs. */
  outputs: number;
  /** B': m + 2 inputs to m + 2 places. */
  input: Transform;
  /** G: 3 weights to m + 2 places. */
  weight: Transform;
  /** A': m + 2 products to m outputs. */
  output: Transform;
  /** m gradients to m + 2 places, as G is, but without its factors. */
  gradient: Transform;
  /** m + 2 sums to 3 weights' gradients, with those factors. */
  filter: Transform;
}

const F2: Filtering = {
  outputs: 2,
  input: (_, [d0, d1, d2, d3]) => [sub(d0!, d2!), add(d1!, d2!), sub(d2!, d1!), sub(d1!, d3!)],
  weight: (lines, [g0, g1, g2]) => {
    const ends = lines.name(add(g0!, g2!));
    return [g0!, times(0.5, add(ends, g1!)), times(0.5, sub(ends, g1!)), g2!];
  },
  output: (_, [m0, m1, m2, m3]) => [add(add(m0!, m1!), m2!), sub(sub(m1!, m2!), m3!)],
  gradient: (_, [y0, y1]) => [y0!, add(y0!, y1!), sub(y0!, y1!), y1!],
  filter: (lines, [s0, s1, s2, s3]) => {
    const even = lines.name(times(0.5, add(s1!, s2!)));
    return [add(s0!, even), times(0.5, sub(s1!, s2!)), sub(even, s3!)];
  },
};

const F4: Filtering = {
  outputs: 4,
  input: (lines, [d0, d1, d2, d3, d4, d5]) => {
    const even1 = lines.name(plus(-4, d2!, d4!));
    const odd1 = lines.name(plus(-4, d1!, d3!));
    const even2 = lines.name(sub(d4!, d2!));
    const odd2 = lines.name(sub(d3!, d1!));
    return [
      plus(4, d0!, plus(-5, d2!, d4!)),
      add(even1, odd1),
      sub(even1, odd1),
      plus(2, odd2, even2),
      plus(-2, odd2, even2),
      plus(4, d1!, plus(-5, d3!, d5!)),
    ];
  },
  weight: (lines, [g0, g1, g2]) => {
    const even1 = lines.name(add(g0!, g2!));
    const even2 = lines.name(plus(4, g2!, g0!));
    return [
      times(1 / 4, g0!),
      times(-1 / 6, add(even1, g1!)),
      times(-1 / 6, sub(even1, g1!)),
      times(1 / 24, plus(2, g1!, even2)),
      times(1 / 24, plus(-2, g1!, even2)),
      g2!,
    ];
  },
  output: (lines, [m0, m1, m2, m3, m4, m5]) => {
    const even1 = lines.name(add(m1!, m2!));
    const odd1 = lines.name(sub(m1!, m2!));
    const even2 = lines.name(add(m3!, m4!));
    const odd2 = lines.name(sub(m3!, m4!));
    return [
      add(add(m0!, even1), even2),
      plus(2, odd2, odd1),
      plus(4, even2, even1),
      plus(8, odd2, add(odd1, m5!)),
    ];
  },
  gradient: (lines, [y0, y1, y2, y3]) => {
    const even1 = lines.name(add(y0!, y2!));
    const odd1 = lines.name(add(y1!, y3!));
    const even2 = lines.name(plus(4, y2!, y0!));
    const odd2 = lines.name(plus(4, y3!, y1!));
    return [
      y0!,
      add(even1, odd1),
      sub(even1, odd1),
      plus(2, odd2, even2),
      plus(-2, odd2, even2),
      y3!,
    ];
  },
  filter: (lines, [s0, s1, s2, s3, s4, s5]) => {
    const even1 = lines.name(times(-1 / 6, add(s1!, s2!)));
    const odd1 = lines.name(times(-1 / 6, sub(s1!, s2!)));
    const even2 = lines.name(times(1 / 24, add(s3!, s4!)));
    const odd2 = lines.name(times(1 / 24, sub(s3!, s4!)));
    return [
      plus(1 / 4, s0!, add(even1, even2)),
      plus(2, odd2, odd1),
      plus(4, even2, add(even1, s5!)),
    ];
  },
};

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
