/**
 * Network: an encoder with the heads of its objectives, as one set of named weights.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { createEncoder } from "../encoders/mod.ts";
import type { ApplyOptions, Encoder, Features } from "../encoders/encoder.ts";
import { freezeStages } from "../encoders/freeze_stages.ts";
import { CorruptError } from "../errors.ts";
import type { Random } from "../random.ts";
import type { ModelSpec } from "../schemas/model.ts";
import type { AugmentOptions } from "../schemas/recipe.ts";
import type { Buffer, Parameter } from "../tensor/parameter.ts";
import type { NamedArray } from "../tensor/safetensors.ts";
import { createObjective } from "./mod.ts";
import type { Head, Objective, Tensors, Views } from "./objective.ts";

/** An objective with its head. */
export interface Task {
  objective: Objective;
  head: Head;
}

/** Runs encoder and head on a task's views. */
export function runTask(
  encoder: Encoder,
  { objective, head }: Task,
  views: Views,
  options: ApplyOptions,
): { features: Features; outputs: Tensors } {
  const features = objective.encode?.(encoder, views, options) ??
    encoder.apply(views.inputs, options);
  return { features, outputs: head.apply(features, options) };
}

/** Encoder and heads. Weights go by `encoder/…` and `heads/<objective>/…`. */
export interface Network {
  readonly encoder: Encoder;
  readonly tasks: readonly Task[];
  parameters(): Parameter[];
  buffers(): Buffer[];
  /** All weights and buffers, read back from the backend. */
  weights(): Promise<Map<string, NamedArray>>;
  /** Sets every weight and buffer. @throws {CorruptError} If one is missing or of another shape. */
  load(weights: Map<string, NamedArray>): void;
  /**
   * Sets the weights and buffers of the encoder, and of these objectives' heads; the other heads stay
   * fresh. @throws {CorruptError} As {@linkcode Network.load}.
   */
  begin(weights: Map<string, NamedArray>, heads: readonly string[]): void;
  dispose(): void;
}

/** What a network is made of; a {@linkcode ModelSpec} is one. */
export type NetworkSpec = Pick<ModelSpec, "encoder" | "preprocessing" | "objectives">;

/** Options of {@linkcode createNetwork}. */
export interface NetworkOptions {
  /** How many of the encoder's stages, from the input, do not learn. @default {0} */
  frozenStages?: number;
}

/**
 * A network with fresh weights. The encoder's depend on the seed alone, not on the heads, so that
 * a baseline of "the same encoder, untrained" can be made at any time.
 */
export function createNetwork(
  spec: NetworkSpec,
  augment: AugmentOptions,
  random: Random,
  { frozenStages = 0 }: NetworkOptions = {},
): Network {
  const { preprocessing } = spec;
  const encoder = freezeStages(
    createEncoder(spec.encoder, preprocessing.channels, random.fork("encoder")),
    frozenStages,
  );
  const tasks = spec.objectives.map((options): Task => {
    const objective = createObjective(options, { augment, preprocessing });
    return { objective, head: objective.head(encoder.features, random.fork(options.name)) };
  });
  const modules = [
    { prefix: "encoder", module: encoder },
    ...tasks.map(({ objective, head }) => ({
      prefix: `heads/${objective.spec.name}`,
      module: head,
    })),
  ];
  const named = <T extends { name: string }>(prefix: string, items: T[]): T[] =>
    items.map((item) => ({ ...item, name: `${prefix}/${item.name}` }));
  const parameters = () =>
    modules.flatMap(({ prefix, module }) => named(prefix, module.parameters()));
  const buffers = () => modules.flatMap(({ prefix, module }) => named(prefix, module.buffers()));
  return {
    encoder,
    tasks,
    parameters,
    buffers,
    weights: () => readVariables([...parameters(), ...buffers()]),
    load: (weights) => writeVariables([...parameters(), ...buffers()], weights),
    begin(weights, heads) {
      const prefixes = ["encoder/", ...heads.map((name) => `heads/${name}/`)];
      const wanted = [...parameters(), ...buffers()]
        .filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
      writeVariables(wanted, weights);
    },
    dispose: () => modules.forEach(({ module }) => module.dispose()),
  };
}

/** Named variables. */
type NamedVariable = { name: string; variable: tf.Variable };

/** Reads variables back from the backend. */
export async function readVariables(variables: NamedVariable[]): Promise<Map<string, NamedArray>> {
  const arrays = await Promise.all(variables.map(async ({ name, variable }) => {
    const data = new Float32Array(await variable.data<"float32">());
    return { name, array: { shape: [...variable.shape], data } };
  }));
  return new Map(arrays.map(({ name, array }) => [name, array]));
}

/** Sets variables. @throws {CorruptError} If one is missing or of another shape; none is set then. */
export function writeVariables(variables: NamedVariable[], values: Map<string, NamedArray>): void {
  const found = variables.map(({ name, variable }) => {
    const value = values.get(name);
    if (value === undefined) throw new CorruptError(`Cannot load weights: ${name} is missing`);
    if (value.shape.join() !== variable.shape.join()) {
      throw new CorruptError(
        `Cannot load weights: ${name} has shape [${value.shape}], expected [${variable.shape}]`,
      );
    }
    return { variable, value };
  });
  tf.tidy(() => {
    for (const { variable, value } of found) variable.assign(tf.tensor(value.data, value.shape));
  });
}
