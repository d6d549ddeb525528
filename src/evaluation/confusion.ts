/** Confusion: what was taken for what, and each class's recall and precision. @module */
import type { Confusion } from "../schemas/evaluation.ts";

/** Above so many classes nobody looks at a matrix, and it would be most of a card. */
const MOST_CLASSES = 200;

/**
 * @param labels The true class of each item; -1 for a label that is none of the classes.
 * @param predicted The class it was taken for, 0..classes-1.
 */
export function confusionOf(
  labels: Int32Array,
  predicted: Int32Array,
  classes: readonly string[],
): Confusion {
  const n = classes.length;
  const matrix = Array.from({ length: n }, () => Array<number>(n).fill(0));
  const items = new Int32Array(n);
  const taken = new Int32Array(n);
  let otherLabels = 0;
  labels.forEach((label, i) => {
    const guess = predicted[i]!;
    taken[guess]!++;
    if (label < 0) otherLabels++;
    else {
      items[label]!++;
      matrix[label]![guess]!++;
    }
  });
  const share = (right: number, of: number) => of === 0 ? null : right / of;
  return {
    classes: classes.map((label, i) => ({
      label,
      items: items[i]!,
      recall: share(matrix[i]![i]!, items[i]!),
      precision: share(matrix[i]![i]!, taken[i]!),
    })),
    matrix: n <= MOST_CLASSES ? matrix : null,
    otherLabels,
  };
}
