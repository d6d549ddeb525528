/**
 * Corruption of what a denoising autoencoder is to restore (Vincent et al., "Stacked Denoising
 * Autoencoders", JMLR 2010, section 4.2): Gaussian noise, masking, salt and pepper.
 *
 * Rows take their noise from tables of a million numbers, from places that are drawn, as the noise
 * of augmentations does: drawing thousands for each image would take longer than the step.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random, type RandomStream } from "../random.ts";
import type { Noise } from "../schemas/objective.ts";
import { fillNoise } from "./augment/gaussian_noise.ts";

const TABLE_LENGTH = 2 ** 20;

let table: Float32Array | undefined;

/** Uniform numbers, the same in every run and worker. */
function uniformTable(): Float32Array {
  if (table === undefined) {
    const stream = new Random(0).stream("uniform table");
    table = Float32Array.from({ length: TABLE_LENGTH }, () => stream.uniform());
  }
  return table;
}

/** What values may be, and what stands for nothing. */
export interface ValueRange {
  low: number;
  high: number;
  /** What a value is masked with. */
  nothing: number;
  /** What a standard deviation of 1 is in these units. */
  scale: number;
  /** Whether noise must leave values within low..high, as an image's are. */
  clip: boolean;
  /** Whether the values of a position go together: one channel would tell the others. */
  wholePositions: boolean;
}

/** The range of normalised images. */
export function imageRange(
  { mean, standardDeviation }: { mean: number; standardDeviation: number },
): ValueRange {
  return {
    low: (0 - mean) / standardDeviation,
    high: (1 - mean) / standardDeviation,
    nothing: 0,
    scale: 1 / standardDeviation,
    clip: true,
    wholePositions: true,
  };
}

/** That of features after batch norm and ReLU, of which hardly one is above 3. */
export function featureRange({ standardDeviation }: { standardDeviation: number }): ValueRange {
  return {
    low: 0,
    high: 3,
    nothing: 0,
    scale: 1 / standardDeviation,
    clip: false,
    wholePositions: false,
  };
}

/**
 * Corrupts each row by its own stream.
 *
 * @param x `[n, h, w, c]`. @param streams n of them.
 */
export function corrupt(
  x: tf.Tensor4D,
  { kind, level }: Noise,
  range: ValueRange,
  streams: readonly RandomStream[],
): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const channels = kind !== "gaussian" && range.wholePositions ? 1 : c;
  const length = h * w * channels;
  const values = new Float32Array(n * length);
  const fill = kind === "gaussian" ? fillNoise : fillUniform;
  for (const [i, stream] of streams.entries()) {
    fill(values.subarray(i * length, (i + 1) * length), stream.integer(TABLE_LENGTH));
  }
  return tf.tidy(() => {
    const drawn = tf.tensor4d(values, [n, h, w, channels]);
    if (kind === "gaussian") {
      const noisy = x.add<tf.Tensor4D>(drawn.mul(level * range.scale));
      return range.clip ? noisy.clipByValue(range.low, range.high) as tf.Tensor4D : noisy;
    }
    const kept = drawn.greaterEqual(level).cast("float32");
    const rest = kind === "masking"
      ? kept.mul(-range.nothing).add(range.nothing)
      // Of those that are hit, half get each.
      : drawn.less(level / 2).cast("float32").mul(range.low - range.high)
        .add(range.high).mul(kept.mul(-1).add(1));
    return x.mul(kept).add<tf.Tensor4D>(rest);
  });
}

/** Writes the numbers from a place of the table on, from its end on anew. */
function fillUniform(values: Float32Array, start: number): void {
  const uniform = uniformTable();
  let done = 0;
  let from = start;
  while (done < values.length) {
    const count = Math.min(values.length - done, TABLE_LENGTH - from);
    values.set(uniform.subarray(from, from + count), done);
    done += count;
    from = 0;
  }
}
