/**
 * How alike two models see the same items: which neighbours they agree on, and how far their
 * features have drifted apart.
 *
 * @module
 */

/**
 * Mean share of each item's k nearest, by cosine, that are among them under both models.
 *
 * @param a Rows of length 1, one an item. @param b The same items, of the other model.
 * @returns 0..1; 1 where no item has a neighbour.
 */
export function neighbourOverlap(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  k: number,
): number {
  const near = Math.min(k, a.length - 1);
  if (near < 1) return 1;
  let shared = 0;
  for (let i = 0; i < a.length; i++) {
    const ofA = new Set(nearest(a, i, near));
    shared += nearest(b, i, near).filter((j) => ofA.has(j)).length;
  }
  return shared / (near * a.length);
}

/**
 * 1 - linear centred kernel alignment (Kornblith et al., "Similarity of Neural Network
 * Representations Revisited", ICML 2019): 0 if one model's features are the other's turned and
 * scaled, 1 if they have nothing in common.
 */
export function drift(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const x = centredGram(a);
  const y = centredGram(b);
  const product = (u: Float64Array, v: Float64Array) => u.reduce((sum, t, i) => sum + t * v[i]!, 0);
  const norm = Math.sqrt(product(x, x) * product(y, y));
  // Features that are all the same have no structure to be kept.
  return norm === 0 ? 1 : 1 - product(x, y) / norm;
}

function nearest(rows: readonly Float32Array[], item: number, k: number): number[] {
  const scores = rows.map((row) => dot(row, rows[item]!));
  return [...rows.keys()].filter((j) => j !== item)
    .sort((i, j) => scores[j]! - scores[i]! || i - j).slice(0, k);
}

function centredGram(rows: readonly Float32Array[]): Float64Array {
  const n = rows.length;
  const gram = new Float64Array(n * n);
  const means = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      gram[i * n + j] = dot(rows[i]!, rows[j]!);
      means[i]! += gram[i * n + j]! / n;
    }
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  return gram.map((value, at) => value - means[Math.floor(at / n)]! - means[at % n]! + mean);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}
