/**
 * Weights that a step's loss does not hang on (a frozen stage of a stacked autoencoder) must not
 * move, but an optimiser moves them with what is left of its momentum, and decays them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";

/** Copies variables, to put them back after the optimiser's update. */
export function holdStill(variables: tf.Variable[]): { restore(): void } {
  // Not a clone: that has the variable's own numbers, which are updated in place.
  const copies = variables.map((variable) => tf.mul(variable, 1));
  return {
    restore: () => variables.forEach((variable, i) => variable.assign(copies[i]!)),
  };
}
