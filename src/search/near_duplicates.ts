/**
 * Near-duplicates: the connected components of "at least that similar", exactly.
 *
 * Rows are sorted along the direction in which they vary most. Two rows cannot be nearer than their
 * places there, so each is compared only with those after it within the radius, and a comparison
 * ends as soon as the distance so far is beyond it.
 *
 * @module
 */

/**
 * @param vectors Row-major, rows × dimensions; rows have length 1.
 * @param threshold Least cosine of two linked rows, -1..1.
 * @returns Groups of at least two rows, the largest first; rows in order.
 */
export function nearDuplicates(
  vectors: Float32Array,
  dimensions: number,
  threshold: number,
): number[][] {
  const rows = vectors.length / dimensions;
  // Float32 rows have length 1 within some 1e-7: equal ones must be found at a threshold of 1.
  const radiusSquared = 2 - 2 * threshold + 1e-6;
  const radius = Math.sqrt(radiusSquared);
  const places = project(vectors, dimensions);
  const order = Uint32Array.from({ length: rows }, (_, i) => i)
    .sort((a, b) => places[a]! - places[b]!);
  // In that order, so that what is compared lies side by side.
  const x = new Float32Array(vectors.length);
  order.forEach((row, i) =>
    x.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions)
  );
  const parents = Uint32Array.from({ length: rows }, (_, i) => i);
  const rootOf = (row: number) => {
    while (parents[row] !== row) row = parents[row] = parents[parents[row]!]!;
    return row;
  };
  for (let i = 0; i < rows; i++) {
    const a = order[i]!;
    for (let j = i + 1; j < rows; j++) {
      const b = order[j]!;
      if (places[b]! - places[a]! > radius) break;
      if (within(x, i * dimensions, j * dimensions, dimensions, radiusSquared)) {
        parents[rootOf(a)] = rootOf(b);
      }
    }
  }
  const groups = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const root = rootOf(row);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [row]);
    else group.push(row);
  }
  return [...groups.values()].filter((group) => group.length > 1)
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

function within(x: Float32Array, a: number, b: number, dimensions: number, limit: number): boolean {
  let sum = 0;
  for (let start = 0; start < dimensions && sum <= limit; start += 8) {
    const end = Math.min(start + 8, dimensions);
    for (let d = start; d < end; d++) {
      const difference = x[a + d]! - x[b + d]!;
      sum += difference * difference;
    }
  }
  return sum <= limit;
}

/** Rows of the power iteration for the direction: more would not make it much better. */
const SAMPLE = 2000;

/** Each row's place along (nearly) the first principal axis. Any axis is right, this one is fast. */
function project(x: Float32Array, dimensions: number): Float64Array {
  const rows = x.length / dimensions;
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  const mean = new Float64Array(dimensions);
  let sampled = 0;
  for (let row = 0; row < rows; row += step, sampled++) {
    for (let d = 0; d < dimensions; d++) mean[d]! += x[row * dimensions + d]!;
  }
  for (let d = 0; d < dimensions; d++) mean[d]! /= Math.max(1, sampled);
  const dot = (row: number, axis: Float64Array) => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      sum += (x[row * dimensions + d]! - mean[d]!) * axis[d]!;
    }
    return sum;
  };
  let axis = new Float64Array(dimensions).map((_, d) => 1 / (d + 1));
  for (let iteration = 0; iteration < 10; iteration++) {
    const next = new Float64Array(dimensions);
    for (let row = 0; row < rows; row += step) {
      const along = dot(row, axis);
      for (let d = 0; d < dimensions; d++) {
        next[d]! += along * (x[row * dimensions + d]! - mean[d]!);
      }
    }
    const length = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    // All rows alike: then any axis will do.
    if (length < 1e-12) break;
    axis = next.map((value) => value / length);
  }
  const norm = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
  return Float64Array.from({ length: rows }, (_, row) => dot(row, axis) / norm);
}
