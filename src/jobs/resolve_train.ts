/**
 * Resolves a request to train: fills in every default from the data, and refuses what cannot work
 * before it is queued. What comes out is all that a trainer needs to know.
 *
 * @module
 */
import { type FieldError, InvalidError, NotFoundError } from "../errors.ts";
import type { Dataset, DatasetItem } from "../schemas/dataset.ts";
import type { EncoderSpec } from "../schemas/encoder.ts";
import { heldOutCount } from "../schemas/hold_out.ts";
import type { ObjectiveName, ObjectiveSpec } from "../schemas/objective.ts";
import { PIXEL_MEMORY_BYTES, pixelBytes } from "../schemas/pixel_memory.ts";
import type { RecipePreset } from "../schemas/recipe.ts";
import { resolveRecipe } from "../schemas/resolve_recipe.ts";
import {
  type Budget,
  EvaluateRequest,
  type TrainRequest,
  type TrainSpec,
} from "../schemas/train.ts";
import { checkItemSizes } from "./check_item_sizes.ts";
import { checkMemory } from "./check_memory.ts";
import { checkObjective } from "./check_objective.ts";
import type { ModelFinder } from "./find_model.ts";
import { framesWanted } from "./frames_wanted.ts";
import { resolveBeginning } from "./resolve_beginning.ts";
import { resolveOptimization } from "./resolve_optimization.ts";
import { resolvePreprocessing } from "./resolve_preprocessing.ts";

/** Reads data sets. */
export interface DatasetReader {
  /** By id or name. @throws {NotFoundError} */
  get(idOrName: string): Promise<Dataset>;
  items(
    idOrName: string,
    page: { offset: number; limit: number },
  ): Promise<{ items: DatasetItem[] }>;
  image(idOrName: string, index: number): Promise<{ bytes: Uint8Array; mediaType: string }>;
}

/** What {@linkcode resolveTrain} needs beside the request. */
export interface ResolveContext {
  datasets: DatasetReader;
  /** Where the model that a run begins from is found. */
  models: ModelFinder;
  /** Time between checkpoints where the request names none, seconds. */
  checkpointSeconds: number;
  /** What one replica's heap may take up, bytes; null where that is not known. */
  memoryBytes: number | null;
  /** Most replicas of a run. */
  replicas: number;
}

/** What {@linkcode resolveTrain} answers. */
export interface ResolvedTrain {
  spec: TrainSpec;
  /** How many images are trained on. */
  items: number;
  /** How many replicas its batches can be dealt to at most. */
  replicas: number;
}

/** The network of runs that neither name one nor begin from a model. */
const DEFAULT_ENCODER: EncoderSpec = { name: "resnet8", width: 16 };

/** How long a run is where the request does not say, epochs. */
const DEFAULT_EPOCHS = 10;

/** Fewest items whose classification says anything. */
export const FEWEST_QUERIES = 10;

/**
 * What a request means for the data it names.
 *
 * @throws {NotFoundError} If a data set or model does not exist. @throws {InvalidError} With every fault.
 */
export async function resolveTrain(
  request: TrainRequest,
  context: ResolveContext,
): Promise<ResolvedTrain> {
  const { datasets } = context;
  const dataset = await findDataset(datasets, request.dataset, "dataset");
  const other = request.evaluate && request.evaluate.dataset !== undefined
    ? await findDataset(datasets, request.evaluate.dataset, "evaluate.dataset")
    : null;
  const faults: FieldError[] = [];

  const objectives = [
    { spec: request.objective, weight: 1 },
    ...request.heads.map(({ objective, weight }) => ({ spec: objective, weight })),
  ];
  const beginning = await resolveBeginning(request, objectives, context.models, faults);
  const preprocessing = beginning?.preprocessing ??
    await resolvePreprocessing(request, datasets, dataset.id);
  const recipe = resolveRecipe(
    request.recipe,
    presetFor(request.objective.name, preprocessing.channels),
  );
  const evaluate = resolveEvaluate(request, dataset, other, faults);
  const held = evaluate !== null && other === null
    ? heldOutCount(labelled(dataset), evaluate.queries)
    : 0;
  const items = resolveItems(request, dataset, held, faults);
  const stepsPerEpoch = Math.max(1, Math.floor(items / request.batchSize));
  const budget = resolveBudget(request, stepsPerEpoch);

  const spec: TrainSpec = {
    type: "train",
    name: request.name ?? dataset.name,
    dataset: dataset.id,
    datasetName: dataset.name,
    evaluationDataset: other?.id ?? null,
    objectives,
    ...(beginning === null ? {} : { from: beginning.from }),
    encoder: beginning?.encoder ?? request.encoder ?? DEFAULT_ENCODER,
    preprocessing,
    ...resolveFrames(objectives.map(({ spec }) => spec), dataset, other, faults),
    recipe: resolveOptimization(
      recipe,
      { batchSize: request.batchSize, budget, stepsPerEpoch },
      faults,
    ),
    batchSize: request.batchSize,
    chunkSize: request.chunkSize,
    budget,
    limit: request.limit ?? null,
    evaluate,
    seed: request.seed,
    checkpointSeconds: request.checkpointSeconds ?? context.checkpointSeconds,
    promote: request.promote,
    autoStop: request.autoStop || null,
    extensions: [],
  };
  const { augment } = spec.recipe;
  for (const { spec: objective } of objectives) {
    checkObjective(objective, { size: preprocessing.size, augment }, faults);
  }
  await checkItemSizes(objectives.map(({ spec }) => spec), dataset, datasets, faults);
  // Replicas share what is in memory only.
  const inMemory = pixelBytes(items, preprocessing) <= PIXEL_MEMORY_BYTES;
  const replicas = inMemory ? context.replicas : 1;
  checkMemory(spec, { bytes: context.memoryBytes, replicas }, faults);
  if (faults.length > 0) {
    throw refusal("train", faults);
  }
  return { spec, items, replicas };
}

/** The faults of a request as an error. */
export function refusal(
  verb: "train" | "evaluate" | "hold the tournament",
  faults: FieldError[],
): InvalidError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  return new InvalidError(`Cannot ${verb}: ${first!.path} ${first!.rule}${more}`, {
    errors: faults,
  });
}

/** A data set by name or id. @throws {NotFoundError} That says which field named it. */
export async function findDataset(
  datasets: DatasetReader,
  name: string,
  path: string,
): Promise<Dataset> {
  try {
    return await datasets.get(name);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    const errors = [{ path, rule: "must be the name or id of a data set", value: name }];
    throw new NotFoundError(cause.message, { cause, errors });
  }
}

/** The preset of requests that name none. */
export function presetFor(objective: ObjectiveName, channels: 1 | 3): RecipePreset {
  switch (objective) {
    case "simclr":
      return channels === 1 ? "simclr-gray" : "simclr-cifar";
    case "rotation":
    case "jigsaw":
    case "relative-position":
    case "frame-order":
    case "autoencoder":
    case "context-encoder":
      return objective;
    case "denoising-autoencoder":
    case "stacked-denoising-autoencoder":
      return "autoencoder";
    default:
      return objective satisfies never;
  }
}

function labelled(dataset: Dataset): number {
  return dataset.count - dataset.unlabelled;
}

/** Whether to evaluate: as asked, which must be possible; by default wherever it is possible. */
function resolveEvaluate(
  request: TrainRequest,
  dataset: Dataset,
  other: Dataset | null,
  faults: FieldError[],
): TrainSpec["evaluate"] {
  if (request.evaluate === false) return null;
  const { queries, bank, protocols, every = null } = request.evaluate ??
    EvaluateRequest.parse({});
  const fault = evaluationFault(dataset, other, queries);
  if (fault === undefined) return { queries, bank, protocols, every };
  if (request.evaluate !== undefined) faults.push(fault);
  return null;
}

function evaluationFault(
  dataset: Dataset,
  other: Dataset | null,
  queries: number,
): FieldError | undefined {
  const classes = Object.keys(dataset.classes);
  if (classes.length < 2) {
    return {
      path: "evaluate",
      rule: `must be false for a data set with ${classes.length} labels: at least 2 are needed`,
      value: dataset.name,
    };
  }
  if (other === null) {
    const held = heldOutCount(labelled(dataset), queries);
    if (held >= FEWEST_QUERIES) return undefined;
    const rule = `must be false, or name another data set: only ${held} of ${labelled(dataset)} ` +
      `labelled items can be held out, at least ${FEWEST_QUERIES} are needed`;
    return { path: "evaluate", rule, value: dataset.name };
  }
  if (other.id === dataset.id) {
    const rule = "must be another data set than is trained on; leave it out to hold items out";
    return { path: "evaluate.dataset", rule, value: other.name };
  }
  const shared = classes.filter((label) => Object.hasOwn(other.classes, label));
  if (shared.length >= 2) return undefined;
  const rule = `must share at least 2 labels with ${dataset.name}, it shares ${shared.length}`;
  return { path: "evaluate.dataset", rule, value: other.name };
}

/** How many items are trained on. */
function resolveItems(
  request: TrainRequest,
  dataset: Dataset,
  held: number,
  faults: FieldError[],
): number {
  const { limit, batchSize } = request;
  const left = dataset.count - held;
  const figures = `${dataset.count} items${held > 0 ? `, ${held} of them held out` : ""}`;
  if (limit !== undefined && limit > left) {
    const rule = `must be at most ${left}: the data set has ${figures}`;
    faults.push({ path: "limit", rule, value: limit });
  }
  const items = Math.min(left, limit ?? left);
  if (batchSize > items) {
    const rule = items < 2
      ? `cannot be filled: the data set has ${figures}`
      : `must be at most ${items}: ${
        items < left ? `limit is ${items}` : `the data set has ${figures}`
      }`;
    faults.push({ path: "batchSize", rule, value: batchSize });
  }
  return items;
}

function resolveBudget(request: TrainRequest, stepsPerEpoch: number): Budget {
  if (request.steps !== undefined) return { steps: request.steps };
  if (request.minutes !== undefined) return { minutes: request.minutes };
  return { steps: Math.max(1, Math.round((request.epochs ?? DEFAULT_EPOCHS) * stepsPerEpoch)) };
}

/** How many frames of each clip are used, and that both data sets have them. */
function resolveFrames(
  objectives: ObjectiveSpec[],
  dataset: Dataset,
  other: Dataset | null,
  faults: FieldError[],
): Pick<TrainSpec, "frames"> {
  const frames = framesWanted(objectives);
  if (frames === undefined) return {};
  if (other !== null && other.kind !== dataset.kind) {
    const rule = `must be of kind ${dataset.kind}, as ${dataset.name} is, for frame-order`;
    faults.push({ path: "evaluate.dataset", rule, value: other.name });
  }
  return dataset.kind === "clip" ? { frames } : {};
}
