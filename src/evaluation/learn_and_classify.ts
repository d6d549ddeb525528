/** Trains a classifier to the end of its budget, and judges it once. @module */
import type { Encoder } from "../encoders/encoder.ts";
import type { LabelledImages } from "./labelled_images.ts";
import type { TrainClassifier, TrainClassifierOptions } from "./classifier.ts";

/**
 * @param make Makes the encoder, which is disposed of in the end.
 * @returns The class of each query.
 */
export async function learnAndClassify(
  trainClassifier: TrainClassifier,
  make: () => Encoder,
  options: Omit<TrainClassifierOptions, "encoder">,
  queries: LabelledImages,
): Promise<Int32Array> {
  const encoder = make();
  try {
    const classifier = await trainClassifier({ ...options, encoder });
    try {
      return await classifier.classify(queries);
    } finally {
      classifier.dispose();
    }
  } finally {
    encoder.dispose();
  }
}
