/**
 * Run: what every replica of a training run sets up in the same way: its share of the data, the
 * network, the optimisers, the position it goes on from.
 *
 * @module
 */
import { type Batches, shuffledBatches } from "../data/batches.ts";
import { type ImageBatch, sliceBatch } from "../data/image_batch.ts";
import type { PackedImages } from "../data/packed_images.ts";
import { createNetwork, type Network, type NetworkSpec } from "../objectives/network.ts";
import type { Collective } from "../parallel/collective.ts";
import { Random } from "../random.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { ParameterGroup } from "../tensor/parameter.ts";
import { decodeSafetensors } from "../tensor/safetensors.ts";
import { encodeCheckpoint, loadCheckpoint, type Position, startPosition } from "./checkpoint.ts";
import { createOptimizer, type Optimizer } from "./optimizer.ts";
import { type StepReport, TrainStep } from "./train_step.ts";

/** What a run is set up from. */
export interface RunOptions {
  spec: TrainSpec;
  /** The training items, the same for every replica. */
  images: PackedImages;
  collective: Collective;
  /** Names the run; a checkpoint of another one is refused. */
  digest: string;
}

/** Where a run goes on from: its checkpoint, else the model it begins from, else fresh weights. */
export interface RunStart {
  /** Undefined: it has none yet. */
  checkpoint: Uint8Array<ArrayBuffer> | undefined;
  /** The stored weights (safetensors) of the model `spec.from`; not needed with a checkpoint. */
  pretrained: Uint8Array<ArrayBuffer> | undefined;
}

/** A run that is set up. */
export class Run {
  readonly network: Network;
  readonly networkSpec: NetworkSpec;
  readonly position: Position = startPosition();
  /** Views that all replicas together make in a step. */
  readonly viewsPerStep: number;
  readonly #options: RunOptions;
  readonly #optimizers = new Map<ParameterGroup, Optimizer>();
  readonly #trainStep: TrainStep;
  readonly #batches: Batches;

  constructor(options: RunOptions) {
    this.#options = options;
    const { spec, images, collective } = options;
    const random = new Random(spec.seed);
    this.networkSpec = {
      encoder: spec.encoder,
      preprocessing: spec.preprocessing,
      objectives: spec.objectives.map((objective) => objective.spec),
    };
    this.network = createNetwork(this.networkSpec, spec.recipe.augment, weightsOf(random), {
      frozenStages: spec.from?.frozen ?? 0,
    });
    const parameters = this.network.parameters().filter(({ frozen }) => !frozen);
    for (const group of new Set(parameters.map((parameter) => parameter.group))) {
      const own = parameters.filter((parameter) => parameter.group === group);
      const optimizer = createOptimizer(spec.recipe.optimizer, own);
      const rates = this.network.tasks.flatMap(({ objective }) => objective.rates?.[group] ?? []);
      this.#optimizers.set(group, rates.length === 0 ? optimizer : atRate(optimizer, rates[0]!));
    }
    this.#trainStep = new TrainStep({
      network: this.network,
      weights: spec.objectives.map((objective) => objective.weight),
      optimizers: this.#optimizers,
      random: random.fork("views"),
      collective,
      chunkSize: spec.chunkSize,
    });
    this.#batches = shuffledBatches(images, {
      batchSize: spec.batchSize,
      random: random.fork("batches"),
    });
    const views = this.network.tasks.map(({ objective }) => objective.viewsPerItem);
    this.viewsPerStep = spec.batchSize * views.reduce((sum, n) => sum + n, 0);
  }

  /** Passes over the data so far. */
  get epoch(): number {
    return this.position.step / this.#batches.stepsPerEpoch;
  }

  /** Learns from this replica's share of the next batch. */
  step(learningRate: number, report: boolean, health = false, progress = 1): StepReport {
    const { rank, size } = this.#options.collective;
    const batch = shareOf(this.#batches.batchAt(this.position.step), rank, size);
    this.position.step++;
    return this.#trainStep.run(batch, this.position.step, learningRate, report, health, progress);
  }

  /** Everything needed to go on from here. */
  checkpoint(): Promise<Uint8Array<ArrayBuffer>> {
    return encodeCheckpoint(
      this.network,
      this.#optimizers.values(),
      this.position,
      this.#options.digest,
    );
  }

  /** Sets weights and position; all replicas have to by the same. @throws {CorruptError} */
  start({ checkpoint, pretrained }: RunStart): void {
    if (checkpoint !== undefined) this.load(checkpoint);
    else if (pretrained !== undefined) {
      const { tensors } = decodeSafetensors(pretrained);
      this.network.begin(tensors, this.#options.spec.from?.heads ?? []);
    }
  }

  /** Goes on from a checkpoint. @throws {CorruptError} */
  load(checkpoint: Uint8Array<ArrayBuffer>): void {
    const optimizers = this.#optimizers.values();
    Object.assign(
      this.position,
      loadCheckpoint(checkpoint, this.network, optimizers, this.#options.digest),
    );
  }

  dispose(): void {
    this.network.dispose();
    for (const optimizer of this.#optimizers.values()) optimizer.state.dispose();
  }
}

/** An optimiser whose rate is a share of the run's. */
function atRate(optimizer: Optimizer, share: number): Optimizer {
  return {
    state: optimizer.state,
    apply: (gradients, learningRate, step) =>
      optimizer.apply(gradients, share * learningRate, step),
  };
}

/** The random numbers of fresh weights; the untrained baseline is drawn from them too. */
export function weightsOf(random: Random): Random {
  return random.fork("weights");
}

/** A replica's part of a batch, whose items are dealt out in equal runs. */
function shareOf(batch: ImageBatch, rank: number, size: number): ImageBatch {
  if (size === 1) return batch;
  const count = batch.count / size;
  return sliceBatch(batch, rank * count, (rank + 1) * count);
}
