/** Exponential moving average of variables. @module */
import * as tf from "@tensorflow/tfjs";

/** How much of the average is kept at each step, once there were some steps. */
const DECAY = 0.99;

/**
 * Variables that follow others: average = d · average + (1 − d) · value. At step t, counted from 1,
 * d is the lesser of 0.99 and t / (t + 9), so that the first steps' weights are soon forgotten
 * (Tarvainen & Valpola, "Mean teachers are better role models", 2017).
 */
export class MovingAverage {
  readonly #averages: readonly tf.Variable[];
  readonly #values: readonly tf.Variable[];
  #steps = 0;

  /**
   * @param averages Set to the values at once.
   * @param values Of the same shapes, in the same order.
   */
  constructor(averages: readonly tf.Variable[], values: readonly tf.Variable[]) {
    this.#averages = averages;
    this.#values = values;
    tf.tidy(() => averages.forEach((average, i) => average.assign(values[i]!.clone())));
  }

  /** Takes in what the values are now. */
  update(): void {
    this.#steps++;
    const decay = Math.min(DECAY, this.#steps / (this.#steps + 9));
    tf.tidy(() =>
      this.#averages.forEach((average, i) =>
        average.assign(tf.add(tf.mul(average, decay), tf.mul(this.#values[i]!, 1 - decay)))
      )
    );
  }
}
