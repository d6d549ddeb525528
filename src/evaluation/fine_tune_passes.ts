/** What fine-tuning costs. @module */

/** A training step costs about three forward passes. */
export const STEP_PASSES = 3;

/** Forward passes that a step costs, times images. */
export interface FineTunePasses {
  /** From the model, and the same from scratch. */
  each: number;
  /** From scratch, with the labels alone: done beside those that had more than labels. */
  alone: number;
  /** Of all that is done. */
  all: number;
}

/** @param unlabelled Learned from too; null: the labels alone. */
export function fineTunePasses(
  batchSize: number,
  unlabelled: { batchSize: number } | null,
): FineTunePasses {
  const alone = STEP_PASSES * batchSize;
  if (unlabelled === null) return { each: alone, alone, all: 2 * alone };
  // The teacher has a forward pass of its own.
  const each = alone + (STEP_PASSES + 1) * unlabelled.batchSize;
  return { each, alone, all: 2 * each + alone };
}
