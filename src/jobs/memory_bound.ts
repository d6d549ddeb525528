/**
 * Memory bound: the least that a training step can do with, to refuse what can never run before it
 * is queued. A job that is not refused may still run out of memory.
 *
 * @module
 */
import type { EncoderSpec } from "../schemas/encoder.ts";
import type { ObjectiveName } from "../schemas/objective.ts";
import type { TrainSpec } from "../schemas/train.ts";

/** What tfjs's WASM heap can grow to, bytes. */
export const WASM_HEAP_BYTES = 4 * 2 ** 30;

const FLOAT_BYTES = 4;

/** A convolution: its output is kept until the gradient has passed through it. */
interface Convolution {
  /** Side of its output, pixels. */
  side: number;
  inputs: number;
  outputs: number;
}

/** Rows of the encoder's batch for one image, at full size: tiles together are about one image. */
const VIEWS: Record<ObjectiveName, number> = {
  simclr: 2,
  rotation: 1,
  jigsaw: 1,
  "relative-position": 1,
  "frame-order": 4,
  autoencoder: 1,
  "denoising-autoencoder": 1,
  "stacked-denoising-autoencoder": 1,
  "context-encoder": 1,
};

/**
 * Bytes that a step holds at the very least: each convolution's output, and weights, gradients and
 * the optimiser's state.
 */
export function leastStepBytes(
  spec: Pick<
    TrainSpec,
    "encoder" | "preprocessing" | "batchSize" | "objectives" | "recipe"
  >,
): number {
  return activationBytes(spec) * spec.batchSize + weightBytes(spec);
}

/** The largest batch whose step is within `bytes`, by the same reckoning; below 1 if none is. */
export function largestBatch(
  spec: Parameters<typeof leastStepBytes>[0],
  bytes: number,
): number {
  return Math.floor((bytes - weightBytes(spec)) / activationBytes(spec));
}

/** Of one image in all its views. */
function activationBytes(spec: Parameters<typeof leastStepBytes>[0]): number {
  const { size, channels } = spec.preprocessing;
  const values = convolutions(spec.encoder, size, channels)
    .reduce((sum, { side, outputs }) => sum + side * side * outputs, 0);
  const views = spec.objectives.reduce((sum, objective) => sum + VIEWS[objective.spec.name], 0);
  return views * values * FLOAT_BYTES;
}

function weightBytes(spec: Parameters<typeof leastStepBytes>[0]): number {
  const { size, channels } = spec.preprocessing;
  const weights = convolutions(spec.encoder, size, channels)
    .reduce((sum, { inputs, outputs }) => sum + 9 * inputs * outputs, 0);
  // Weights and gradients, and one or two moments.
  const copies = { sgd: 3, lars: 3, adam: 4, adamw: 4 }[spec.recipe.optimizer.name];
  return copies * weights * FLOAT_BYTES;
}

/** The 3×3 convolutions of an encoder. */
function convolutions(encoder: EncoderSpec, size: number, channels: number): Convolution[] {
  const { width } = encoder;
  switch (encoder.name) {
    case "resnet8":
      return residual(size, channels, width, 3, 2);
    case "resnet14":
      return residual(size, channels, width, 3, 4);
    case "resnet20":
      return residual(size, channels, width, 3, 6);
    case "resnet18":
      return residual(size, channels, width, 4, 4);
    case "small_conv":
      // The strides alone: each layer halves the side and doubles the channels.
      return [0, 1, 2, 3].map((layer) => ({
        side: Math.ceil(size / 2 ** (layer + 1)),
        inputs: layer === 0 ? channels : width * 2 ** (layer - 1),
        outputs: width * 2 ** layer,
      }));
    default:
      return encoder satisfies never;
  }
}

/** A first convolution, then stages that halve the side and double the channels. */
function residual(
  size: number,
  channels: number,
  width: number,
  stages: number,
  layers: number,
): Convolution[] {
  const all: Convolution[] = [{ side: size, inputs: channels, outputs: width }];
  for (let stage = 0; stage < stages; stage++) {
    const outputs = width * 2 ** stage;
    for (let layer = 0; layer < layers; layer++) {
      const inputs = layer === 0 && stage > 0 ? outputs / 2 : outputs;
      all.push({ side: Math.ceil(size / 2 ** stage), inputs, outputs });
    }
  }
  return all;
}
