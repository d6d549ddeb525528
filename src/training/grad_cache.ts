/**
 * GradCache (Gao et al., "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup",
 * RepL4NLP 2021): the gradient of a batch of any size, in the memory of a chunk of it.
 *
 * A contrastive loss needs all views at once, but only what the heads say of them. So each chunk
 * goes forward and only its outputs are kept; the exact loss over all outputs is differentiated in
 * the outputs; then each chunk goes forward again, and its share of that gradient goes back through
 * it to the weights. Views are drawn anew for the second time: the same keys give the same views.
 *
 * Batch norm's statistics are a chunk's (ghost batch norm, Hoffer et al. 2017), see
 * docs/big-batches.md.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type ImageBatch, sliceBatch } from "../data/image_batch.ts";
import type { Features } from "../encoders/encoder.ts";
import { runTask, type Task } from "../objectives/network.ts";
import type { Tensors, Views } from "../objectives/objective.ts";
import type { Random } from "../random.ts";
import type { ParameterGroup } from "../tensor/parameter.ts";
import type { StepFeatures } from "./step_features.ts";
import { type TaskOutputs, weightedLoss, type WeightedLossOptions } from "./weighted_loss.ts";

/** What {@linkcode GradCache} takes. */
export interface GradCacheOptions extends WeightedLossOptions {
  random: Random;
  /** Most images of a chunk, on all replicas together. */
  chunkSize: number;
  /** How much of the run is done, 0..1. */
  progress: number;
}

/** What a group's gradient is asked with. */
export interface GradCacheCall {
  group: ParameterGroup;
  /** Those of the group. */
  variables: tf.Variable[];
  /** Filled in where given. */
  metrics: Record<string, tf.Scalar> | null;
  /** Told once, of all chunks together, where given. */
  features: StepFeatures | null;
}

/** The loss of a parameter group, and its gradient. */
export interface GroupGradients {
  value: tf.Scalar;
  /** One for each variable, in order; undefined where the loss does not hang on it. */
  grads: (tf.Tensor | undefined)[];
}

/** A task's outputs for all chunks, and its features h where somebody wants them. */
type Gathered = TaskOutputs & {
  pooled: tf.Tensor2D | undefined;
};

/** The gradient of each output of each task. */
type OutputGradients = Record<string, tf.Tensor | undefined>[];

/** Computes gradients chunk by chunk. */
export class GradCache {
  readonly #options: GradCacheOptions;

  constructor(options: GradCacheOptions) {
    this.#options = options;
  }

  /**
   * The loss of one parameter group over the batch and all replicas, and this replica's share of
   * its gradient; the caller's to dispose, or its tidy's.
   *
   * All replicas must call it with as many images, since they meet in each chunk.
   */
  gradients(batch: ImageBatch, call: GradCacheCall): GroupGradients {
    const chunks = this.#chunks(batch);
    return tf.tidy(() => {
      const gathered = this.#gather(chunks, call.features !== null);
      const { value, outputGradients } = this.#differentiate(gathered, call);
      let grads: GroupGradients["grads"] | undefined;
      let done = 0;
      for (const chunk of chunks) {
        const place = { done, all: batch.count };
        const share = tf.tidy(() => this.#backward(chunk, place, outputGradients, call));
        done += chunk.count;
        if (grads === undefined) {
          grads = share;
          continue;
        }
        const before: GroupGradients["grads"] = grads;
        grads = before.map((sum, i) => sum === undefined ? undefined : tf.add(sum, share[i]!));
        tf.dispose([before, share]);
      }
      return { value, grads: grads! };
    });
  }

  /** Chunks of nearly the same size: a last one of few images would have poor statistics. */
  #chunks(batch: ImageBatch): ImageBatch[] {
    const { chunkSize, collective } = this.#options;
    const most = Math.max(1, Math.floor(chunkSize / collective.size));
    const count = Math.ceil(batch.count / most);
    const startOf = (chunk: number) => Math.floor(chunk * batch.count / count);
    return Array.from(
      { length: count },
      (_, chunk) => sliceBatch(batch, startOf(chunk), startOf(chunk + 1)),
    );
  }

  /** What the heads say of all chunks; nothing else of the forward pass is kept. */
  #gather(chunks: ImageBatch[], wantPooled: boolean): Gathered[] {
    const { network } = this.#options;
    const parts = chunks.map((chunk) =>
      network.tasks.map((task) =>
        tf.tidy(() => {
          const views = this.#views(task, chunk);
          const { features, outputs } = this.#forward(task, views, false);
          return {
            outputs,
            targets: views.targets,
            pooled: wantPooled ? features.pooled : undefined,
          };
        })
      )
    );
    return network.tasks.map((_, task) => {
      const own = parts.map((tasks) => tasks[task]!);
      return {
        outputs: concatenate(own.map(({ outputs }) => outputs)),
        targets: concatenate(own.map(({ targets }) => targets)),
        pooled: wantPooled ? concatenateRows(own.map(({ pooled }) => pooled!)) : undefined,
      };
    });
  }

  /** The loss, and its gradient in every output. */
  #differentiate(
    gathered: Gathered[],
    { group, metrics, features }: GradCacheCall,
  ): { value: tf.Scalar; outputGradients: OutputGradients } {
    const { network } = this.#options;
    if (features !== null) {
      network.tasks.forEach((task, i) => {
        const { pooled, outputs } = gathered[i]!;
        features.keep(task, { pooled: pooled! }, outputs);
      });
    }
    const outputs = gathered.flatMap(({ outputs }) => Object.values(outputs));
    // Unlike tf.grads, this allows outputs that the group's loss does not depend on.
    const { value, grads } = tf.engine().gradients(
      () => weightedLoss(this.#options, group, gathered, metrics),
      outputs,
      undefined,
      true,
    );
    let next = 0;
    return {
      value: value as tf.Scalar,
      outputGradients: gathered.map(({ outputs }) =>
        Object.fromEntries(Object.keys(outputs).map((name) => [name, grads[next++]]))
      ),
    };
  }

  /**
   * What a chunk adds to the gradient of the group's variables.
   *
   * @param done Images of the batch before this chunk. @param all Images of the batch.
   */
  #backward(
    chunk: ImageBatch,
    { done, all }: { done: number; all: number },
    outputGradients: OutputGradients,
    { group, variables }: GradCacheCall,
  ): GroupGradients["grads"] {
    const { network } = this.#options;
    // Before the tape is on, which would keep what augmenting makes on its way.
    const views = network.tasks.map((task) => this.#views(task, chunk));
    const { grads } = tf.variableGrads(() => {
      // The scalar whose gradient is the chain rule's product: outputs · their gradients.
      const products = network.tasks.flatMap((task, i) => {
        // Running statistics learn from a chunk once; the other group's pass would be a second.
        const { outputs } = this.#forward(task, views[i]!, group === "main");
        return Object.entries(outputs).flatMap(([name, output]) => {
          const gradient = outputGradients[i]![name];
          if (gradient === undefined) return [];
          const [rows, ...row] = output.shape;
          const start = done * gradient.shape[0]! / all;
          const share = tf.slice(gradient, [start, ...row.map(() => 0)], [rows!, ...row]);
          return [tf.sum(tf.mul(output, share))];
        });
      });
      return tf.addN(products).asScalar();
    }, variables);
    return variables.map((variable) => grads[variable.name]);
  }

  #views({ objective }: Task, chunk: ImageBatch): Views {
    const { random, progress } = this.#options;
    return objective.views(chunk, random, progress);
  }

  #forward(
    task: Task,
    views: Views,
    updateStatistics: boolean,
  ): { features: Features; outputs: Tensors } {
    const { network, collective } = this.#options;
    return runTask(network.encoder, task, views, { training: true, collective, updateStatistics });
  }
}

/** Tensors of the same names, one after another on the first axis; the parts are disposed of. */
function concatenate(parts: Tensors[]): Tensors {
  return Object.fromEntries(
    Object.keys(parts[0]!).map((name) => [name, concatenateRows(parts.map((part) => part[name]!))]),
  );
}

function concatenateRows<T extends tf.Tensor>(parts: T[]): T {
  if (parts.length === 1) return parts[0]!;
  const all = tf.concat(parts) as T;
  tf.dispose(parts);
  return all;
}
