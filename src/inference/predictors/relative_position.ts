/** Where a relative-position head puts patches. @module */
import * as tf from "@tensorflow/tfjs";
import { tileGeometry } from "../../data/patches.ts";
import { stackImages } from "../../data/stack_images.ts";
import { toInput } from "../../data/to_input.ts";
import {
  RELATIVE_CENTRE,
  RELATIVE_NEIGHBOURS,
  relativePatches,
  withoutColours,
} from "../../objectives/relative_position.ts";
import { RELATIVE_GRID } from "../../schemas/objective.ts";
import { decodeInputs } from "../decode_inputs.ts";
import { headOf } from "../head_of.ts";
import { requireGrid } from "../require_grid.ts";
import { valuesOf } from "../values_of.ts";
import { oneByOne } from "./predictor.ts";

/**
 * Of one image: its eight outer patches around its centre. Of two: the second beside the first, each
 * scaled to the size of a patch.
 */
export const predictRelativePosition = oneByOne<"relative-position">(
  async (model, { images }, limits) => {
    const { preprocessing } = model.spec;
    const { head, options } = headOf(model, "relative-position");
    const whole = images.length === 1;
    const { tile } = tileGeometry(preprocessing.size, { grid: RELATIVE_GRID, gap: options.gap });
    const decoding = { ...preprocessing, size: whole ? preprocessing.size : tile };
    const pixels = await decodeInputs(images, decoding, limits);
    if (whole) await requireGrid(images[0]!, RELATIVE_GRID);
    const others = whole ? RELATIVE_NEIGHBOURS.map((_, i) => i + 1) : [1];
    const values = await limits.stages.run("forward", images.length, () =>
      valuesOf(() => {
        const input = toInput(stackImages(pixels, decoding), preprocessing);
        const order = [RELATIVE_CENTRE, ...RELATIVE_NEIGHBOURS];
        const patches = whole
          ? relativePatches(input, options, { orders: [order] })
          : withoutColours(input, options);
        const rows = tf.tensor1d(rowsFor(others, options.neighbours), "int32");
        const pooled = tf.gather(model.encoder.apply(patches).pooled, rows);
        const { logits } = head.apply({ pooled }, { training: false });
        return tf.softmax((logits as tf.Tensor2D).slice(0, others.length));
      }));
    const places = values.length / others.length;
    return {
      probabilities: others.map((_, i) => [...values.subarray(i * places, (i + 1) * places)]),
    };
  },
);

/** Which patch is in each row of what the head gets: it takes the first with so many others. */
function rowsFor(others: number[], neighbours: 1 | 8): number[] {
  if (neighbours === 1) return others.flatMap((other) => [0, other]);
  const padding = Array<number>(8 - others.length).fill(others[0]!);
  return [0, ...others, ...padding];
}
