/**
 * The one-dimensional transforms of Winograd's minimal filtering, written as the fewest sums: what a
 * multiplication with the matrices B, G and A comes to when shared parts are shared.
 *
 * @module
 */
import {
  TILE_2,
  TILE_4,
  TILE_DOWN,
  TILE_FIVE,
  TILE_UP,
  type WinogradTile,
} from "../src/tensor/kernels/winograd_tiles.ts";

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

/** The transforms of one tile. */
export interface Filtering {
  tile: WinogradTile;
  /** B': inputs to places. */
  input: Transform;
  /** G: weights to their places. */
  weight: Transform;
  /** A': products to outputs. */
  output: Transform;
  /** Gradients of the outputs to places, as G is, but without its factors. */
  gradient?: Transform;
  /** Sums of products, at the weights' places, to the weights' gradients, with those factors. */
  filter?: Transform;
}

/** F(2x2, 3x3). */
export const F2: Filtering = {
  tile: TILE_2,
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

/** Gradients of four outputs at the points 0, 1, -1, 2 and -2. */
const gradientAtPoints: Transform = (lines, [y0, y1, y2, y3]) => {
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
  ];
};

/** F(4x4, 3x3). */
export const F4: Filtering = {
  tile: TILE_4,
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
  gradient: (lines, outputs) => [...gradientAtPoints(lines, outputs), outputs[3]!],
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

/** B' of F(4, 2), with the points 0, 1, -1, 2 and infinity. */
const inputOfTwo: Transform = (lines, [d0, d1, d2, d3, d4]) => {
  const odd = lines.name(sub(d3!, d1!));
  return [
    plus(2, sub(d0!, d2!), odd),
    sub(odd, add(d1!, d2!)),
    plus(3, sub(d1!, d2!), odd),
    odd,
    plus(-2, odd, sub(d4!, d2!)),
  ];
};

/** A' of F(4, 2); `more` is added to the four outputs. */
const outputOfTwo = (lines: Lines, products: string[], more: string[]) => {
  const [m0, m1, m2, m3, m4] = products;
  const sum = lines.name(add(m1!, m2!));
  const difference = lines.name(sub(m1!, m2!));
  const plusMore = (value: string, i: number) => more.length === 0 ? value : add(value, more[i]!);
  return [
    plusMore(add(add(m0!, m3!), sum), 0),
    plus(2, m3!, plusMore(difference, 1)),
    plus(4, m3!, plusMore(sum, 2)),
    plus(8, m3!, plusMore(add(difference, m4!), 3)),
  ];
};

/** G of F(4, 2) for the outer weights, then the middle one. */
const weightOfTwo: Transform = (_, [g0, g1, g2]) => [
  times(1 / 2, g0!),
  times(-1 / 2, add(g0!, g2!)),
  times(-1 / 6, sub(g0!, g2!)),
  times(1 / 6, plus(2, g2!, g0!)),
  g2!,
  g1!,
];

/** Stride 2. */
export const F_DOWN: Filtering = {
  tile: TILE_DOWN,
  input: (lines, [d0, d1, d2, d3, d4, d5, d6, d7, d8]) => [
    ...inputOfTwo(lines, [d0!, d2!, d4!, d6!, d8!]),
    d1!,
    d3!,
    d5!,
    d7!,
  ],
  weight: weightOfTwo,
  output: (lines, products) => outputOfTwo(lines, products.slice(0, 5), products.slice(5)),
  gradient: (lines, outputs) => [
    ...gradientAtPoints(lines, outputs).slice(0, 4),
    outputs[3]!,
    ...outputs,
  ],
  filter: (lines, [s0, s1, s2, s3, s4, s5]) => {
    const sixth = lines.name(times(1 / 6, sub(s3!, s2!)));
    const half = lines.name(times(-1 / 2, s1!));
    return [
      plus(1 / 2, s0!, add(half, sixth)),
      s5!,
      add(plus(1 / 6, add(s2!, add(s3!, s3!)), half), s4!),
    ];
  },
};

/** The input gradient of stride 2; its weights come in reverse order. */
export const F_UP: Filtering = {
  tile: TILE_UP,
  input: (lines, [d0, d1, d2, d3, d4]) => [
    ...inputOfTwo(lines, [d0!, d1!, d2!, d3!, d4!]),
    d1!,
    d2!,
    d3!,
    d4!,
  ],
  weight: weightOfTwo,
  output: (lines, products) =>
    outputOfTwo(lines, products.slice(0, 5), [])
      .flatMap((even, i) => [even, products[5 + i]!]),
};

/** F(2x2, 5x5): the points and so the inputs' transform are those of F(4x4, 3x3). */
export const F_FIVE: Filtering = {
  tile: TILE_FIVE,
  input: F4.input,
  weight: (lines, [g0, g1, g2, g3, g4]) => {
    const even1 = lines.name(add(add(g0!, g2!), g4!));
    const odd1 = lines.name(add(g1!, g3!));
    const even2 = lines.name(plus(16, g4!, plus(4, g2!, g0!)));
    const odd2 = lines.name(plus(4, g3!, g1!));
    return [
      times(1 / 4, g0!),
      times(-1 / 6, add(even1, odd1)),
      times(-1 / 6, sub(even1, odd1)),
      times(1 / 24, plus(2, odd2, even2)),
      times(1 / 24, plus(-2, odd2, even2)),
      g4!,
    ];
  },
  output: (_, [m0, m1, m2, m3, m4, m5]) => [
    add(m0!, add(add(m1!, m2!), add(m3!, m4!))),
    plus(2, sub(m3!, m4!), add(sub(m1!, m2!), m5!)),
  ],
  gradient: (_, [y0, y1]) => [
    y0!,
    add(y0!, y1!),
    sub(y0!, y1!),
    plus(2, y1!, y0!),
    plus(-2, y1!, y0!),
    y1!,
  ],
  filter: (lines, [s0, s1, s2, s3, s4, s5]) => {
    const even1 = lines.name(times(-1 / 6, add(s1!, s2!)));
    const odd1 = lines.name(times(-1 / 6, sub(s1!, s2!)));
    const even2 = lines.name(times(1 / 24, add(s3!, s4!)));
    const odd2 = lines.name(times(1 / 24, sub(s3!, s4!)));
    return [
      plus(1 / 4, s0!, add(even1, even2)),
      plus(2, odd2, odd1),
      plus(4, even2, even1),
      plus(8, odd2, odd1),
      plus(16, even2, add(even1, s5!)),
    ];
  },
};
