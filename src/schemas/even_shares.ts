/** How many replicas share a batch. @module */

/** The most replicas, up to `wanted`, that a batch can be dealt to in shares of two items or more. */
export function evenShares(batchSize: number, wanted: number): number {
  for (let size = Math.min(wanted, Math.floor(batchSize / 2)); size > 1; size--) {
    if (batchSize % size === 0) return size;
  }
  return 1;
}
