/** Features of many images after every stage of an encoder, each pooled. @module */
import * as tf from "@tensorflow/tfjs";
import { toInput } from "../data/to_input.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Preprocessing } from "../schemas/encoder.ts";
import { globalAveragePool } from "../tensor/ops/global_average_pool.ts";
import { CHUNK, type FeatureMatrix } from "./features.ts";
import type { LabelledImages } from "./labelled_images.ts";

/**
 * The mean over the positions of each stage's map, [items, channels], from the input up; the last
 * is h. No augmentation, running batch-norm statistics.
 *
 * @param pause Called between passes, so that messages are seen and a stop is possible.
 */
export async function encodeStages(
  encoder: Encoder,
  { images, positions }: Pick<LabelledImages, "images" | "positions">,
  preprocessing: Preprocessing,
  pause: () => Promise<void>,
): Promise<FeatureMatrix[]> {
  const matrices = encoder.stages.map(({ dimensions }): FeatureMatrix => ({
    values: new Float32Array(positions.length * dimensions),
    rows: positions.length,
    dimensions,
  }));
  for (let start = 0; start < positions.length; start += CHUNK) {
    const batch = images.gather(positions.slice(start, start + CHUNK), 0);
    const pooled = tf.tidy(() => {
      let map = toInput(batch, preprocessing);
      return encoder.stages.map((stage) =>
        globalAveragePool(map = stage.apply(map, { training: false }))
      );
    });
    for (const [i, matrix] of matrices.entries()) {
      matrix.values.set(await pooled[i]!.data<"float32">(), start * matrix.dimensions);
      pooled[i]!.dispose();
    }
    await pause();
  }
  return matrices;
}
