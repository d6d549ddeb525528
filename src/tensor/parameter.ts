/**
 * Parameters: the named weights of encoders and heads.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/**
 * Which optimiser a weight belongs to. `main` minimises an objective's loss; an adversarial
 * objective (context encoder) has a second group that minimises a loss of its own.
 */
export type ParameterGroup = "main" | "adversary";

/** A trainable weight. */
export interface Parameter {
  /** Unique within its module, as `stage1/block0/conv1/kernel`. */
  readonly name: string;
  readonly variable: tf.Variable;
  readonly group: ParameterGroup;
  /** False for biases and normalisation, which weight decay and LARS leave alone. */
  readonly decay: boolean;
  /** True of a weight that training leaves as it is. @default {false} */
  readonly frozen?: boolean;
}

/** State that training changes without a gradient: batch norm's running statistics. */
export interface Buffer {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Anything that has weights. */
export interface Module {
  /** Always the same weights in the same order. */
  parameters(): Parameter[];
  buffers(): Buffer[];
  /** Frees all weights. */
  dispose(): void;
}
