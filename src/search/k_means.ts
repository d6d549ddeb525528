/**
 * k-means: Lloyd's algorithm from the centres of k-means++ (Arthur and Vassilvitskii, "k-means++:
 * The Advantages of Careful Seeding", SODA 2007).
 *
 * @module
 */
import type { Random } from "../random.ts";

/** What {@linkcode kMeans} found. */
export interface KMeansResult {
  /** Cluster of each row, 0..k-1. */
  assignments: Int32Array;
  /** Row-major, k × dimensions. */
  centres: Float64Array;
  /** Squared distance of each row to its centre. */
  distances: Float64Array;
  iterations: number;
}

const MAX_ITERATIONS = 100;

/**
 * @param vectors Row-major, rows × dimensions.
 * @param k At least 1, at most the number of rows.
 */
export function kMeans(
  vectors: Float32Array,
  dimensions: number,
  k: number,
  random: Random,
): KMeansResult {
  const rows = vectors.length / dimensions;
  const centres = seed(vectors, dimensions, k, random);
  const assignments = new Int32Array(rows).fill(-1);
  const distances = new Float64Array(rows);
  for (let iterations = 1;; iterations++) {
    let moved = 0;
    for (let row = 0; row < rows; row++) {
      let best = 0;
      let least = Infinity;
      for (let c = 0; c < k; c++) {
        const d = squaredDistance(vectors, row, centres, c, dimensions, least);
        if (d < least) {
          least = d;
          best = c;
        }
      }
      if (assignments[row] !== best) moved++;
      assignments[row] = best;
      distances[row] = least;
    }
    if (moved === 0 || iterations === MAX_ITERATIONS) {
      return { assignments, centres, distances, iterations };
    }
    update(vectors, dimensions, assignments, distances, centres);
  }
}

/** Centres drawn among the rows, each with a chance that goes with its squared distance. */
function seed(
  vectors: Float32Array,
  dimensions: number,
  k: number,
  random: Random,
): Float64Array {
  const rows = vectors.length / dimensions;
  const stream = random.stream("k-means++");
  const centres = new Float64Array(k * dimensions);
  const nearest = new Float64Array(rows).fill(Infinity);
  let chosen = stream.integer(rows);
  for (let c = 0; c < k; c++) {
    centres.set(vectors.subarray(chosen * dimensions, (chosen + 1) * dimensions), c * dimensions);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const d = squaredDistance(vectors, row, centres, c, dimensions, nearest[row]!);
      if (d < nearest[row]!) nearest[row] = d;
      total += nearest[row]!;
    }
    let left = stream.uniform() * total;
    chosen = 0;
    while (chosen < rows - 1 && (left -= nearest[chosen]!) > 0) chosen++;
  }
  return centres;
}

/** Means of the rows of each cluster; one without rows gets the row that is farthest from its own. */
function update(
  vectors: Float32Array,
  dimensions: number,
  assignments: Int32Array,
  distances: Float64Array,
  centres: Float64Array,
): void {
  const sizes = new Int32Array(centres.length / dimensions);
  centres.fill(0);
  assignments.forEach((cluster, row) => {
    sizes[cluster]!++;
    for (let d = 0; d < dimensions; d++) {
      centres[cluster * dimensions + d]! += vectors[row * dimensions + d]!;
    }
  });
  sizes.forEach((size, cluster) => {
    if (size > 0) {
      for (let d = 0; d < dimensions; d++) centres[cluster * dimensions + d]! /= size;
      return;
    }
    let farthest = 0;
    distances.forEach((x, row) => {
      if (x > distances[farthest]!) farthest = row;
    });
    distances[farthest] = 0;
    const from = farthest * dimensions;
    centres.set(vectors.subarray(from, from + dimensions), cluster * dimensions);
  });
}

/** Squared Euclidean distance, or something above `limit` as soon as it is known to be. */
function squaredDistance(
  vectors: Float32Array,
  row: number,
  centres: Float64Array,
  centre: number,
  dimensions: number,
  limit: number,
): number {
  let sum = 0;
  const a = row * dimensions;
  const b = centre * dimensions;
  for (let start = 0; start < dimensions && sum <= limit; start += 16) {
    const end = Math.min(start + 16, dimensions);
    for (let d = start; d < end; d++) {
      const difference = vectors[a + d]! - centres[b + d]!;
      sum += difference * difference;
    }
  }
  return sum;
}
