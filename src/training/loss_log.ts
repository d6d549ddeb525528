/**
 * Loss log: the loss of every step. The numbers stay on the backend until somebody reads them, all
 * since the last time together, so that a step waits for none.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { CheckpointStore } from "./train_event.ts";

/** The losses of a run, step 1 first. */
export class LossLog {
  #values: Float32Array<ArrayBuffer>;
  #length: number;
  #pending: tf.Scalar[] = [];

  /** @param length Steps done; what the log holds of later ones is forgotten. */
  private constructor(values: Float32Array, length: number) {
    this.#values = new Float32Array(Math.max(1024, 2 * length)).fill(NaN);
    this.#values.set(values.subarray(0, length));
    this.#length = length;
  }

  /** The log as it was after `step` steps; a loss that is not on record is NaN. */
  static async open(store: CheckpointStore, step: number): Promise<LossLog> {
    const bytes = await store.load("losses") ?? new Uint8Array();
    const whole = bytes.subarray(0, bytes.length - bytes.length % 4);
    return new LossLog(new Float32Array(whole.slice().buffer), step);
  }

  /** Takes the loss of the next step, and disposes of it once it is read. */
  push(loss: tf.Scalar): void {
    this.#pending.push(loss);
  }

  /** Reads what was pushed since the last time. @returns The steps and losses that are new. */
  async read(): Promise<{ step: number; loss: number }[]> {
    const pending = this.#pending;
    this.#pending = [];
    const values = await Promise.all(pending.map(async (loss) => (await loss.data())[0]!));
    for (const loss of pending) loss.dispose();
    return values.map((loss) => {
      if (this.#length === this.#values.length) {
        const longer = new Float32Array(2 * this.#length).fill(NaN);
        longer.set(this.#values);
        this.#values = longer;
      }
      this.#values[this.#length++] = loss;
      return { step: this.#length, loss };
    });
  }

  /** The mean of the newest `count` losses that were read. */
  mean(count: number): number {
    const newest = this.#values.subarray(Math.max(0, this.#length - count), this.#length);
    return newest.reduce((sum, loss) => sum + loss, 0) / newest.length;
  }

  /** The newest loss that was read. */
  get last(): number {
    return this.#values[this.#length - 1]!;
  }

  /** Little-endian float32, step 1 first. */
  async save(store: CheckpointStore): Promise<void> {
    await store.save("losses", new Uint8Array(this.#values.buffer, 0, 4 * this.#length));
  }

  dispose(): void {
    for (const loss of this.#pending) loss.dispose();
    this.#pending = [];
  }
}
