/**
 * Batches: which images come in which step.
 *
 * A step's batch is a pure function of the seed and the step's number, so that a resumed run sees
 * what the run it resumes would have seen.
 *
 * @module
 */
import { InvalidError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { ImageBatch } from "./image_batch.ts";
import type { PackedImages } from "./packed_images.ts";

/** The batches of a training run. */
export interface Batches {
  /** Whole batches an epoch; what is left over is left out, other images each epoch. */
  readonly stepsPerEpoch: number;
  /** The batch of a step, counted from 0 over all epochs. */
  batchAt(step: number): ImageBatch;
}

/**
 * Batches in an order shuffled anew each epoch.
 *
 * @param options.random Its stream `shuffle` of the epoch gives the order.
 * @throws {InvalidError} If there are fewer images than a batch has.
 */
export function shuffledBatches(
  images: PackedImages,
  { batchSize, random }: { batchSize: number; random: Random },
): Batches {
  if (images.count < batchSize) {
    const message = `Cannot make batches of ${batchSize} images: there are only ${images.count}`;
    const rule = `must be at most ${images.count}, the number of images to train on`;
    throw new InvalidError(message, { errors: [{ path: "batchSize", rule, value: batchSize }] });
  }
  const stepsPerEpoch = Math.floor(images.count / batchSize);
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  return {
    stepsPerEpoch,
    batchAt(step) {
      const wanted = Math.floor(step / stepsPerEpoch);
      if (wanted !== epoch) {
        order = random.stream("shuffle", [wanted]).permutation(images.count);
        epoch = wanted;
      }
      const start = (step % stepsPerEpoch) * batchSize;
      return images.gather(order.subarray(start, start + batchSize), epoch);
    },
  };
}

/** All images once, in order; the last batch may be smaller. */
export function* sequentialBatches(
  images: PackedImages,
  batchSize: number,
): Generator<ImageBatch, void> {
  for (let start = 0; start < images.count; start += batchSize) {
    const count = Math.min(batchSize, images.count - start);
    yield images.gather(Uint32Array.from({ length: count }, (_, i) => start + i), 0);
  }
}
