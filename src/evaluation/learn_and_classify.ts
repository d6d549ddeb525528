/** Trains a classifier to the end of its budget, and judges it once. @module */
import type { Encoder } from "../encoders/encoder.ts";
import type { LabelledImages } from "./labelled_images.ts";
import type { TrainClassifier, TrainClassifierOptions, Unlabelled } from "./classifier.ts";

/** What became of it. */
export interface Classified {
  /** The class of each query. */
  predicted: Int32Array;
  /** Share of the items without labels that were believed in the end; null without any. */
  taken: number | null;
}

/** @param make Makes the encoder, and a teacher's like it; they are disposed of in the end. */
export async function learnAndClassify(
  trainClassifier: TrainClassifier,
  make: () => Encoder,
  { unlabelled, ...options }: Omit<TrainClassifierOptions, "encoder" | "unlabelled"> & {
    unlabelled?: Unlabelled | undefined;
  },
  queries: LabelledImages,
): Promise<Classified> {
  const encoder = make();
  const teacher = unlabelled === undefined ? undefined : make();
  try {
    const classifier = await trainClassifier({
      ...options,
      encoder,
      unlabelled: teacher === undefined ? undefined : { from: unlabelled!, teacher },
    });
    try {
      return { predicted: await classifier.classify(queries), taken: classifier.taken };
    } finally {
      classifier.dispose();
    }
  } finally {
    encoder.dispose();
    teacher?.dispose();
  }
}
