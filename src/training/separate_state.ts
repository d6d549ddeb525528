/**
 * An optimiser's state in variables of their own, one of each kind for each parameter.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { readVariables, writeVariables } from "../objectives/network.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import type { NamedArray } from "../tensor/safetensors.ts";
import { type OptimizerState, stateName } from "./optimizer_state.ts";

/** Zeros at first. */
export class SeparateState<Kind extends string> implements OptimizerState {
  readonly #of: Map<Kind, Buffer[]>;

  constructor(kinds: readonly Kind[], parameters: readonly Parameter[]) {
    this.#of = new Map(kinds.map((kind) => [
      kind,
      parameters.map(({ name, variable }) => ({
        name: stateName(kind, name),
        variable: tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
      })),
    ]));
  }

  /** The state of one kind of the parameter at `index`. */
  variable(kind: Kind, index: number): tf.Variable {
    return this.#of.get(kind)![index]!.variable;
  }

  read(): Promise<Map<string, NamedArray>> {
    return readVariables([...this.#of.values()].flat());
  }

  load(state: Map<string, NamedArray>): void {
    writeVariables([...this.#of.values()].flat(), state);
  }

  dispose(): void {
    for (const { variable } of [...this.#of.values()].flat()) variable.dispose();
  }
}
