/**
 * k-nearest-neighbour classification by cosine similarity, each neighbour's vote weighted by
 * exp(similarity / τ) (Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance
 * Discrimination", CVPR 2018; k = 200, τ = 0.1).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { FeatureMatrix } from "./features.ts";

/** What {@linkcode classifyByNeighbours} takes beside the features. */
export interface KnnOptions {
  /** Neighbours that vote; no more than the bank has. @default {200} */
  k?: number;
  /** @default {0.1} */
  temperature?: number;
  classes: number;
  /** Called between chunks of queries. */
  pause: () => Promise<void>;
}

/** The values of Wu et al. */
export const KNN_DEFAULTS = { k: 200, temperature: 0.1 } as const;

/** Queries in one matrix product. */
const CHUNK = 128;

/**
 * @param bank Features whose classes are known, and `labels` those classes, 0..classes-1.
 * @returns The class of each query.
 */
export async function classifyByNeighbours(
  bank: FeatureMatrix,
  labels: Int32Array,
  queries: FeatureMatrix,
  options: KnnOptions,
): Promise<Int32Array> {
  const temperature = options.temperature ?? KNN_DEFAULTS.temperature;
  const k = Math.min(options.k ?? KNN_DEFAULTS.k, bank.rows);
  const bankUnit = tf.tidy(() => unit(bank.values, bank.rows, bank.dimensions));
  const predicted = new Int32Array(queries.rows);
  const votes = new Float64Array(options.classes);
  try {
    for (let start = 0; start < queries.rows; start += CHUNK) {
      const rows = Math.min(CHUNK, queries.rows - start);
      const { dimensions } = queries;
      const product = tf.tidy(() => {
        const chunk = queries.values.slice(start * dimensions, (start + rows) * dimensions);
        return tf.matMul(unit(chunk, rows, dimensions), bankUnit, false, true);
      });
      const similarities = await product.data<"float32">();
      product.dispose();
      for (let row = 0; row < rows; row++) {
        const line = similarities.subarray(row * bank.rows, (row + 1) * bank.rows);
        const threshold = kthLargest(line, k);
        votes.fill(0);
        // Ties at the threshold all vote: which of them were "the" k nearest would be chance.
        for (let i = 0; i < line.length; i++) {
          if (line[i]! >= threshold) votes[labels[i]!]! += Math.exp(line[i]! / temperature);
        }
        predicted[start + row] = argMax(votes);
      }
      await options.pause();
    }
  } finally {
    bankUnit.dispose();
  }
  return predicted;
}

/** Rows scaled to length 1; rows of zeros stay zero. */
function unit(values: Float32Array, rows: number, dimensions: number): tf.Tensor2D {
  const x = tf.tensor2d(values, [rows, dimensions]);
  return x.div(tf.maximum(tf.norm(x, 2, 1, true), 1e-12));
}

/** The k-th largest of `values`, by a heap of the k largest seen. */
export function kthLargest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k);
  for (let i = (k >> 1) - 1; i >= 0; i--) siftDown(heap, i);
  for (let i = k; i < values.length; i++) {
    if (values[i]! > heap[0]!) {
      heap[0] = values[i]!;
      siftDown(heap, 0);
    }
  }
  return heap[0]!;
}

/** Restores the order of a min-heap below `root`. */
function siftDown(heap: Float32Array, root: number): void {
  const value = heap[root]!;
  let i = root;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= value) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = value;
}

function argMax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
