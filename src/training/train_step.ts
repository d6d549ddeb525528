/**
 * One step of training: views → features → outputs → losses → gradients → weights.
 *
 * It knows objectives by their contract only. A step is a function of the weights, the batch and
 * the random numbers, so it can be replayed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { ImageBatch } from "../data/image_batch.ts";
import { type Network, runTask, type Task } from "../objectives/network.ts";
import type { Tensors, Views } from "../objectives/objective.ts";
import type { Collective } from "../parallel/collective.ts";
import type { Random } from "../random.ts";
import { globalNorm } from "../tensor/ops/global_norm.ts";
import type { Parameter, ParameterGroup } from "../tensor/parameter.ts";
import { GradCache, type GradCacheCall, type GroupGradients } from "./grad_cache.ts";
import { holdStill } from "./hold_still.ts";
import type { Optimizer } from "./optimizer.ts";
import { StepFeatures } from "./step_features.ts";
import { weightedLoss } from "./weighted_loss.ts";

/** What a step is made with. */
export interface TrainStepOptions {
  network: Network;
  /** The weight of each task's loss, in the order of the network's tasks. */
  weights: number[];
  /** One optimiser for each parameter group that the network has. */
  optimizers: Map<ParameterGroup, Optimizer>;
  random: Random;
  collective: Collective;
  /**
   * Most images that are in memory at a time, on all replicas together, see `GradCache`; null: the
   * whole batch.
   *
   * @default {null}
   */
  chunkSize?: number | null;
}

/** Scalars of a step, on the backend until somebody reads them. */
export interface StepReport {
  /** `loss`, `gradientNorm`, and each task's own; read by {@linkcode readMetrics}. */
  metrics: Record<string, tf.Scalar>;
  /** What the measures of health are computed from, where they were asked for. */
  features: StepFeatures | null;
}

/** Runs steps over one network. */
export class TrainStep {
  readonly #options: TrainStepOptions;
  readonly #groups: { group: ParameterGroup; parameters: Parameter[]; optimizer: Optimizer }[];

  constructor(options: TrainStepOptions) {
    this.#options = options;
    const parameters = options.network.parameters().filter(({ frozen }) => !frozen);
    this.#groups = [...options.optimizers].map(([group, optimizer]) => ({
      group,
      optimizer,
      parameters: parameters.filter((parameter) => parameter.group === group),
    }));
  }

  /**
   * Augments a batch and learns from it.
   *
   * @param step From 1.
   * @param report Whether metrics beyond the loss are wanted; they cost some time.
   * @param health Whether features are kept for the measures of health.
   * @param progress How much of the run is done, 0..1.
   */
  run(
    batch: ImageBatch,
    step: number,
    learningRate: number,
    report: boolean,
    health = false,
    progress = 1,
  ): StepReport {
    const { network, random, chunkSize = null, collective } = this.#options;
    if (chunkSize !== null && chunkSize < batch.count * collective.size) {
      const cache = new GradCache({ ...this.#options, chunkSize, progress });
      return this.#learn(
        step,
        learningRate,
        { report, health },
        (call) => cache.gradients(batch, call),
      );
    }
    return this.runViews(
      network.tasks.map(({ objective }) => objective.views(batch, random, progress)),
      step,
      learningRate,
      report,
      health,
    );
  }

  /** Learns from views that are ready, one set a task; disposes of them. */
  runViews(
    views: Views[],
    step: number,
    learningRate: number,
    report: boolean,
    health = false,
  ): StepReport {
    const learnt = this.#learn(step, learningRate, { report, health }, (call) => {
      const { group, variables, metrics, features } = call;
      const { value, grads } = tf.variableGrads(
        () => this.#loss(group, views, metrics, features),
        variables,
      );
      return { value, grads: variables.map((variable) => grads[variable.name]) };
    });
    for (const { inputs, targets } of views) {
      inputs.dispose();
      tf.dispose(targets);
    }
    return learnt;
  }

  /** Updates the weights by the gradients that `gradientsOf` finds, one parameter group at a time. */
  #learn(
    step: number,
    learningRate: number,
    { report, health }: { report: boolean; health: boolean },
    gradientsOf: (call: GradCacheCall) => GroupGradients,
  ): StepReport {
    const features = health ? new StepFeatures(this.#options.collective) : null;
    const metrics: Record<string, tf.Scalar> = {};
    tf.tidy(() => {
      for (const { group, parameters, optimizer } of this.#groups) {
        const variables = parameters.map(({ variable }) => variable);
        const { value, grads } = gradientsOf({
          group,
          variables,
          metrics: report && group === "main" ? metrics : null,
          features: group === "main" ? features : null,
        });
        const still = holdStill(variables.filter((_, i) => grads[i] === undefined));
        const gradients = variables.map((variable, i) => grads[i] ?? tf.zerosLike(variable));
        this.#reduce(gradients);
        if (group === "main") {
          metrics.loss = tf.keep(value);
          if (report) metrics.gradientNorm = tf.keep(globalNorm(gradients));
        }
        optimizer.apply(gradients, learningRate, step);
        still.restore();
      }
    });
    return { metrics, features };
  }

  /** The weighted loss of one parameter group; fills in the tasks' metrics if they are wanted. */
  #loss(
    group: ParameterGroup,
    views: Views[],
    metrics: Record<string, tf.Scalar> | null,
    features: StepFeatures | null,
  ): tf.Scalar {
    const tasks = this.#options.network.tasks.map((task, i) => ({
      outputs: this.#forward(task, views[i]!, features),
      targets: views[i]!.targets,
    }));
    return weightedLoss(this.#options, group, tasks, metrics);
  }

  #forward(task: Task, views: Views, features: StepFeatures | null): Tensors {
    const { network: { encoder }, collective } = this.#options;
    const options = { training: true, collective };
    const { features: encoded, outputs } = runTask(encoder, task, views, options);
    features?.keep(task, encoded, outputs);
    return outputs;
  }

  /** Sums gradients over replicas, in one message. */
  #reduce(gradients: tf.Tensor[]): void {
    const { collective } = this.#options;
    if (collective.size === 1) return;
    const flat = tf.tidy(() => tf.concat1d(gradients.map((gradient) => gradient.as1D())));
    const values = flat.dataSync() as Float32Array;
    collective.allReduceSum(values);
    let offset = 0;
    for (const [i, gradient] of gradients.entries()) {
      gradients[i] = tf.tensor(values.slice(offset, offset + gradient.size), gradient.shape);
      offset += gradient.size;
    }
  }
}

/** Reads a step's metrics and frees them. */
export async function readMetrics(
  report: Pick<StepReport, "metrics">,
): Promise<Record<string, number>> {
  const entries = await Promise.all(
    Object.entries(report.metrics).map(async ([name, scalar]) => {
      const [value] = await scalar.data();
      scalar.dispose();
      return [name, value!] as const;
    }),
  );
  return Object.fromEntries(entries);
}
