/**
 * Encoder cost: what an encoder keeps of one row until a step's gradient is done, and how many
 * weights it has; without tfjs, so that the main thread can ask.
 *
 * What is kept: the output of every convolution and of every batch norm (its ReLU and sum are in
 * the same pass), and, since tfjs frees nothing on the way back, the gradient of each; where a map
 * goes two ways, the second way's gradient and the sum besides. Of stages that are frozen nothing is
 * kept but what the last of them gives; while one runs, the outputs of its layers are there.
 *
 * @module
 */
import type { EncoderSpec } from "../schemas/encoder.ts";

/** What {@linkcode encoderCost} answers. */
export interface EncoderCost {
  /** Numbers that are kept of one row of the encoder's batch. */
  activations: number;
  weights: number;
  /** Multiplications of one row's forward pass. */
  multiplications: number;
  /** Dimension of h. */
  features: number;
}

/** Blocks of each stage of the residual networks. */
const STAGES = {
  resnet8: [1, 1, 1],
  resnet14: [2, 2, 2],
  resnet20: [3, 3, 3],
  resnet18: [2, 2, 2, 2],
} as const;

/** Strides of the layers of `small_conv`; channels double at each. */
const SMALL_CONV_STRIDES = [2, 1, 2, 2] as const;

/** What a stage keeps of one row. */
interface StageCost {
  /** Numbers, until the step's gradient is done. */
  activations: number;
  /** Numbers while the stage runs, if it is frozen. */
  passing: number;
  /** Numbers that it gives. */
  output: number;
}

/**
 * @param size Side of a row of the encoder's batch, pixels.
 * @param frozen How many stages do not learn. @default {0}
 */
export function encoderCost(
  encoder: EncoderSpec,
  size: number,
  channels: number,
  frozen = 0,
): EncoderCost {
  const { stages, ...cost } = encoder.name === "small_conv"
    ? smallConvCost(encoder.width, size, channels)
    : residualCost(STAGES[encoder.name], encoder.width, size, channels);
  const input = size * size * channels;
  const outputs = [input, ...stages.map(({ output }) => output)];
  const learning = (frozen === 0 ? 0 : outputs[frozen]!) +
    stages.slice(frozen).reduce((sum, { activations }) => sum + activations, 0);
  const passing = stages.slice(0, frozen).map((stage, i) =>
    stage.passing + (i === 0 ? 0 : outputs[i]!)
  );
  return { ...cost, activations: input + Math.max(learning, ...passing) };
}

/** The same without what hangs on how many stages learn. */
type StagesCost = Omit<EncoderCost, "activations"> & { stages: StageCost[] };

function smallConvCost(width: number, size: number, channels: number): StagesCost {
  const stages: StageCost[] = [];
  let weights = 0;
  let multiplications = 0;
  let side = size;
  let inputs = channels;
  for (const [layer, stride] of SMALL_CONV_STRIDES.entries()) {
    side = Math.ceil(side / stride);
    const outputs = width * 2 ** layer;
    const map = side * side * outputs;
    // Convolution and norm, and the gradient of each.
    stages.push({ activations: 4 * map, passing: 2 * map, output: map });
    weights += 9 * inputs * outputs + 4 * outputs;
    multiplications += side * side * 9 * inputs * outputs;
    inputs = outputs;
  }
  return { stages, weights, multiplications, features: inputs };
}

function residualCost(
  blocks: readonly number[],
  width: number,
  size: number,
  channels: number,
): StagesCost {
  const stages: StageCost[] = [];
  let side = size;
  let inputs = width;
  let weights = 9 * channels * width + 4 * width;
  let multiplications = size * size * 9 * channels * width;
  for (const [stage, count] of blocks.entries()) {
    const outputs = width * 2 ** stage;
    if (stage > 0) side = Math.ceil(side / 2);
    const map = side * side * outputs;
    // The stem's convolution and norm, and the gradient of the first.
    let activations = stage > 0 ? 0 : 3 * map;
    let passing = stage > 0 ? 0 : 2 * map;
    for (let block = 0; block < count; block++) {
      const shortcut = inputs !== outputs;
      const kernels = (shortcut ? 10 : 9) * inputs * outputs + 9 * outputs * outputs;
      weights += kernels + (shortcut ? 12 : 8) * outputs;
      multiplications += side * side * kernels;
      // Two of convolution and norm, and a third in the shortcut, then the gradients of all but
      // the block's output; an identity's gradient is summed with that of the other way.
      activations += map * (shortcut ? 6 + 5 : 4 + 5);
      passing += map * (shortcut ? 6 : 4);
      inputs = outputs;
    }
    // The gradient of the stage's output: from the pooling, or from two ways into the next stage.
    activations += map * (stage === blocks.length - 1 ? 1 : 2);
    stages.push({ activations, passing, output: map });
  }
  return { stages, weights, multiplications, features: inputs };
}
