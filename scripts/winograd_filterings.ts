/**
 * The one-dimensional transforms of Winograd's minimal filtering F(m, 3), written as the fewest sums:
 * what a multiplication with the matrices B, G and A comes to when shared parts are shared.
 *
 * @module
 */

/** Writes the lines of a function; each expression gets a name. */
export class Lines {
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

/** a + b, as AssemblyScript writes it. */
export const add = (a: string, b: string) => `f32x4.add(${a}, ${b})`;
const sub = (a: string, b: string) => `f32x4.sub(${a}, ${b})`;
const splat = (factor: number) => `f32x4.splat(${factor < 0 ? `-${-factor}` : factor})`;
const times = (factor: number, a: string) => `f32x4.mul(${splat(factor)}, ${a})`;
/** factor * a + b. */
const plus = (factor: number, a: string, b: string) => `madd(${splat(factor)}, ${a}, ${b})`;

/** From some values to others, all of one column or one row. */
export type Transform = (lines: Lines, values: string[]) => string[];

/** The five transforms of one output size. */
export interface Filtering {
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

/** F(2x2, 3x3). */
export const F2: Filtering = {
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

/** F(4x4, 3x3). */
export const F4: Filtering = {
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
