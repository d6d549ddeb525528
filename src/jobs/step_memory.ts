/**
 * Step memory: what a training step takes up at its peak, from the spec alone, to refuse what
 * cannot run before it is queued and to say beforehand what will be needed.
 *
 * `tests/unit/jobs/step_memory_test.ts` holds it to what is measured.
 *
 * @module
 */
import { evenShares } from "../schemas/even_shares.ts";
import { type ObjectiveSpec, RELATIVE_GRID } from "../schemas/objective.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { encoderCost } from "./encoder_cost.ts";
import { tileSide } from "./tile_grid.ts";

/** What tfjs's WASM heap can grow to, bytes. */
export const WASM_HEAP_BYTES = 4 * 2 ** 30;

/** The parts of a spec that a step's memory hangs on. */
export type MemorySpec = Pick<
  TrainSpec,
  "from" | "encoder" | "preprocessing" | "batchSize" | "chunkSize" | "objectives" | "recipe"
>;

const FLOAT_BYTES = 4;

/** How much larger the heap is than what is allocated in it: it grows by steps and has gaps. */
const HEAP_SLACK = 1.08;

/** The heap of a backend that has done nothing yet, bytes; tfjs's code and constants are in it. */
const EMPTY_HEAP = 16 * 2 ** 20;

/** Weights, gradients and their flat copy, the packed copy of XNNPACK, and the optimiser's state. */
const WEIGHT_COPIES = { sgd: 5, lars: 5, adam: 6, adamw: 6 } as const;

/** The same numbers of an output that the loss keeps: all, scaled, gathered, and gradients. */
const OUTPUT_COPIES = 6;

/** What a decoder keeps, beside what the encoder keeps of the same image; measured. */
const DECODER_SHARE = 1;

/** Bytes of one replica's heap at the peak of a step. */
export function stepBytes(spec: MemorySpec, wantedReplicas: number): number {
  const { batchSize } = spec;
  const replicas = evenShares(batchSize, wantedReplicas);
  const { perImage, perOutput, weights } = costs(spec);
  const chunk = Math.min(spec.chunkSize ?? batchSize, batchSize);
  // As GradCache does it: as few chunks as there may be, of the same size.
  const share = batchSize / replicas;
  const chunks = Math.ceil(share / Math.max(1, Math.floor(chunk / replicas)));
  const images = Math.ceil(share / chunks);
  // With chunks the sum of the gradients so far is beside the chunk's own.
  const copies = WEIGHT_COPIES[spec.recipe.optimizer.name] + (chunk < batchSize ? 1 : 0);
  const floats = images * perImage + batchSize * perOutput + copies * weights;
  return Math.round(Math.max(EMPTY_HEAP, HEAP_SLACK * FLOAT_BYTES * floats));
}

/** The largest batch, at once, whose step is within `bytes`; below 2 if none is. */
export function largestBatch(spec: MemorySpec, replicas: number, bytes: number): number {
  return largest(
    spec.batchSize,
    (batchSize) => stepBytes({ ...spec, batchSize, chunkSize: null }, replicas) <= bytes,
  );
}

/** The largest chunk of the spec's batch whose step is within `bytes`; below 2 if none is. */
export function largestChunk(spec: MemorySpec, replicas: number, bytes: number): number {
  return largest(
    spec.batchSize,
    (chunkSize) => stepBytes({ ...spec, chunkSize }, replicas) <= bytes,
  );
}

/** Multiplications of the forward pass of one image's rows through the encoder. */
export function multiplicationsPerImage(
  { encoder, preprocessing: { size, channels }, objectives }: MemorySpec,
): number {
  return objectives.reduce((sum, { spec }) => {
    const { rows, side, decoders = 0 } = taskCost(spec, size);
    return sum + (rows + decoders) * encoderCost(encoder, side, channels).multiplications;
  }, 0);
}

/** The largest number up to `most` that fits, where all smaller ones do; 1 if 2 does not. */
function largest(most: number, fits: (n: number) => boolean): number {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Numbers that are kept: of each image in a chunk, of each image's outputs, of all weights once. */
function costs(spec: MemorySpec): { perImage: number; perOutput: number; weights: number } {
  const { size, channels } = spec.preprocessing;
  let [perImage, perOutput, weights] = [0, 0, 0];
  let encoder = 0;
  for (const objective of spec.objectives) {
    const task = taskCost(objective.spec, size);
    const cost = encoderCost(spec.encoder, task.side, channels);
    const learning = encoderCost(spec.encoder, task.side, channels, spec.from?.frozen);
    const inputs = cost.features * task.concatenated;
    encoder = cost.weights;
    perImage += task.rows * learning.activations +
      DECODER_SHARE * (task.decoders ?? 0) * cost.activations +
      task.questions * (2 * inputs + 4 * task.hidden + 2 * task.outputs);
    perOutput += OUTPUT_COPIES * task.questions * task.outputs;
    weights += (inputs + task.outputs + 4) * task.hidden + (task.decoders ?? 0) * cost.weights;
  }
  return { perImage, perOutput, weights: weights + encoder };
}

/** What an objective makes of one image, and its head. */
interface TaskCost {
  /** Rows of the encoder's batch, and the side of each, pixels. */
  rows: number;
  side: number;
  /** Rows of the head's batch, and of how many of the encoder's each is made. */
  questions: number;
  concatenated: number;
  hidden: number;
  outputs: number;
  /** Networks about as large as the encoder that the map goes through afterwards. @default {0} */
  decoders?: number;
}

function taskCost(objective: ObjectiveSpec, size: number): TaskCost {
  switch (objective.name) {
    case "simclr":
      return {
        rows: 2,
        side: size,
        questions: 2,
        concatenated: 1,
        hidden: objective.projectionHidden,
        outputs: objective.projectionDimension,
      };
    case "rotation": {
      const { rotations } = objective;
      return {
        rows: rotations,
        side: size,
        questions: rotations,
        concatenated: 1,
        hidden: 64,
        outputs: 4,
      };
    }
    case "jigsaw": {
      const tiles = objective.grid ** 2;
      return {
        rows: tiles,
        side: tileSide(size, objective.grid, objective.gap),
        questions: 1,
        concatenated: tiles,
        hidden: objective.hidden,
        outputs: objective.permutations,
      };
    }
    case "relative-position":
      return {
        rows: 1 + objective.neighbours,
        side: tileSide(size, RELATIVE_GRID, objective.gap),
        questions: objective.neighbours,
        concatenated: 2,
        hidden: objective.hidden,
        outputs: 8,
      };
    case "frame-order":
      return {
        rows: 4,
        side: size,
        questions: 2,
        concatenated: 3,
        hidden: objective.hidden,
        outputs: 2,
      };
    case "autoencoder":
    case "denoising-autoencoder":
    case "stacked-denoising-autoencoder":
    case "context-encoder":
      // What the discriminator sees is small beside it.
      return { ...decoding, side: size, decoders: 1 };
    default:
      return objective satisfies never;
  }
}

/** One row an image, and no head of dense layers. */
const decoding = { rows: 1, questions: 0, concatenated: 0, hidden: 0, outputs: 0 };
