/**
 * An optimiser's state in flat variables: one of each kind, every parameter's part after another.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { CorruptError } from "../errors.ts";
import type { Parameter } from "../tensor/parameter.ts";
import type { NamedArray } from "../tensor/safetensors.ts";
import { type OptimizerState, stateName } from "./optimizer_state.ts";

/** Zeros at first. */
export class FlatState<Kind extends string> implements OptimizerState {
  readonly variables: Readonly<Record<Kind, tf.Variable>>;
  readonly #kinds: readonly Kind[];
  readonly #parameters: readonly Parameter[];

  constructor(kinds: readonly Kind[], parameters: readonly Parameter[]) {
    this.#kinds = kinds;
    this.#parameters = parameters;
    const size = parameters.reduce((sum, { variable }) => sum + variable.size, 0);
    this.variables = Object.fromEntries(
      kinds.map((kind) => [kind, tf.tidy(() => tf.variable(tf.zeros([size]), false))]),
    ) as Record<Kind, tf.Variable>;
  }

  async read(): Promise<Map<string, NamedArray>> {
    const state = new Map<string, NamedArray>();
    for (const kind of this.#kinds) {
      const flat = await this.variables[kind].data<"float32">();
      let offset = 0;
      for (const { name, variable } of this.#parameters) {
        const data = flat.slice(offset, offset + variable.size) as Float32Array<ArrayBuffer>;
        state.set(stateName(kind, name), { shape: [...variable.shape], data });
        offset += variable.size;
      }
    }
    return state;
  }

  load(state: Map<string, NamedArray>): void {
    const flats = this.#kinds.map((kind) => {
      const flat = new Float32Array(this.variables[kind].size);
      let offset = 0;
      for (const { name, variable } of this.#parameters) {
        flat.set(this.#find(state, stateName(kind, name), variable.shape), offset);
        offset += variable.size;
      }
      return flat;
    });
    tf.tidy(() =>
      this.#kinds.forEach((kind, i) => this.variables[kind].assign(tf.tensor1d(flats[i]!)))
    );
  }

  dispose(): void {
    for (const kind of this.#kinds) this.variables[kind].dispose();
  }

  #find(state: Map<string, NamedArray>, name: string, shape: number[]): Float32Array {
    const found = state.get(name);
    if (found === undefined) {
      throw new CorruptError(`Cannot load the optimiser: ${name} is missing`);
    }
    if (found.shape.join() !== shape.join()) {
      throw new CorruptError(
        `Cannot load the optimiser: ${name} has shape [${found.shape}], expected [${shape}]`,
      );
    }
    return found.data;
  }
}
