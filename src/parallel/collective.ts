/**
 * Collective: how replicas of one training run meet.
 *
 * The same objective and the same step run on one replica ({@linkcode singleReplica}) or on many;
 * only the collective differs. All calls are synchronous and every replica makes the same calls in
 * the same order. Results are the same bits on each replica and at each run with the same number
 * of replicas: reductions go in order of rank.
 *
 * @module
 */

/** The meeting point of `size` replicas. */
export interface Collective {
  /** This replica's number, 0..size-1. */
  readonly rank: number;
  /** How many replicas there are. */
  readonly size: number;
  /**
   * Everyone's values one after another, in order of rank.
   *
   * @param values The same length on each replica.
   * @returns `size * values.length` numbers, the caller's to keep.
   */
  allGather(values: Float32Array): Float32Array;
  /** Replaces `values` by the sum over replicas, in place. */
  allReduceSum(values: Float32Array): void;
  /** Returns when every replica has called it. */
  barrier(): void;
}
