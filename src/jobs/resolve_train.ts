/**
 * Resolves a request to train: fills in every default from the data, and refuses what cannot work
 * before it is queued. What comes out is all that a trainer needs to know.
 *
 * @module
 */
import { type FieldError, InvalidError, NotFoundError } from "../errors.ts";
import { isGreyImage } from "../images/is_grey_image.ts";
import type { Dataset, DatasetItem } from "../schemas/dataset.ts";
import { heldOutCount } from "../schemas/hold_out.ts";
import type { ObjectiveName } from "../schemas/objective.ts";
import type { RecipePreset } from "../schemas/recipe.ts";
import { resolveRecipe } from "../schemas/recipe_presets.ts";
import {
  type Budget,
  EvaluateRequest,
  type TrainRequest,
  type TrainSpec,
} from "../schemas/train.ts";
import { largestBatch, leastStepBytes } from "./memory_bound.ts";

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
  /** Time between checkpoints where the request names none, seconds. */
  checkpointSeconds: number;
  /** What a step may take up at most, bytes; null where that is not known. */
  memoryBytes: number | null;
}

/** How long a run is where the request does not say, epochs. */
const DEFAULT_EPOCHS = 10;

/** Fewest items whose classification says anything. */
const FEWEST_QUERIES = 10;

/** Smallest side of a jigsaw tile that an encoder can make something of, pixels. */
const SMALLEST_TILE = 8;

/** How many items are looked at for what the images are like. */
const SAMPLE = 16;

/**
 * What a request means for the data it names.
 *
 * @throws {NotFoundError} If a data set does not exist. @throws {InvalidError} With every fault.
 */
export async function resolveTrain(
  request: TrainRequest,
  context: ResolveContext,
): Promise<TrainSpec> {
  const { datasets } = context;
  const dataset = await findDataset(datasets, request.dataset, "dataset");
  const other = request.evaluate && request.evaluate.dataset !== undefined
    ? await findDataset(datasets, request.evaluate.dataset, "evaluate.dataset")
    : null;
  const sample = (await datasets.items(dataset.id, { offset: 0, limit: SAMPLE })).items;
  const faults: FieldError[] = [];

  const channels = request.channels ?? (await areGrey(datasets, dataset.id, sample) ? 1 : 3);
  const size = request.imageSize ?? defaultSize(sample);
  const preprocessing = { size, channels, mean: 0.5, standardDeviation: 0.25 };
  const objectives = [
    { spec: request.objective, weight: 1 },
    ...request.heads.map(({ objective, weight }) => ({ spec: objective, weight })),
  ];
  const recipe = resolveRecipe(request.recipe, presetFor(request.objective.name, channels));
  const evaluate = resolveEvaluate(request, dataset, other, faults);
  const held = evaluate !== null && other === null
    ? heldOutCount(labelled(dataset), evaluate.queries)
    : 0;
  const items = resolveItems(request, dataset, held, faults);

  const spec: TrainSpec = {
    type: "train",
    name: request.name ?? dataset.name,
    dataset: dataset.id,
    datasetName: dataset.name,
    evaluationDataset: other?.id ?? null,
    objectives,
    encoder: request.encoder,
    preprocessing,
    recipe,
    batchSize: request.batchSize,
    budget: resolveBudget(request, items),
    limit: request.limit ?? null,
    evaluate,
    seed: request.seed,
    checkpointSeconds: request.checkpointSeconds ?? context.checkpointSeconds,
    promote: request.promote,
  };
  checkObjectives(spec, faults);
  checkMemory(spec, context.memoryBytes, faults);
  if (faults.length > 0) {
    throw refusal("train", faults);
  }
  return spec;
}

/** The faults of a request as an error. */
export function refusal(verb: "train" | "evaluate", faults: FieldError[]): InvalidError {
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

/** Whether none of the items has any colour. */
async function areGrey(
  datasets: DatasetReader,
  id: string,
  items: DatasetItem[],
): Promise<boolean> {
  const grey = await Promise.all(items.map(async ({ index, width, height }) => {
    const { bytes, mediaType } = await datasets.image(id, index);
    return await isGreyImage(bytes, mediaType, width * height);
  }));
  return grey.length > 0 && grey.every(Boolean);
}

/** MNIST and its like stay as they are; all else becomes CIFAR's size. */
function defaultSize([first]: DatasetItem[]): number {
  return first !== undefined && Math.max(first.width, first.height) <= 28 ? 28 : 32;
}

function presetFor(objective: ObjectiveName, channels: 1 | 3): RecipePreset {
  switch (objective) {
    case "simclr":
      return channels === 1 ? "simclr-gray" : "simclr-cifar";
    case "rotation":
    case "jigsaw":
      return objective;
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

function resolveBudget(request: TrainRequest, items: number): Budget {
  if (request.steps !== undefined) return { steps: request.steps };
  if (request.minutes !== undefined) return { minutes: request.minutes };
  const stepsPerEpoch = Math.max(1, Math.floor(items / request.batchSize));
  return { steps: Math.max(1, Math.round((request.epochs ?? DEFAULT_EPOCHS) * stepsPerEpoch)) };
}

function checkObjectives(spec: TrainSpec, faults: FieldError[]): void {
  const { size } = spec.preprocessing;
  for (const { spec: objective } of spec.objectives) {
    if (objective.name === "rotation" && spec.recipe.augment.rotate90 > 0) {
      faults.push({
        path: "recipe.augment.rotate90",
        rule: "must be 0 with the rotation objective: it would turn away the answer",
        value: spec.recipe.augment.rotate90,
      });
    }
    if (objective.name === "jigsaw") {
      const { grid, gap } = objective;
      const tile = Math.floor(Math.floor(size / grid) * (1 - gap));
      if (tile >= SMALLEST_TILE) continue;
      const rule = `must give tiles of at least ${SMALLEST_TILE} pixels: ${grid}×${grid} tiles ` +
        `with a gap of ${gap} have ${tile}`;
      faults.push({ path: "imageSize", rule, value: size });
    }
  }
}

function checkMemory(spec: TrainSpec, limit: number | null, faults: FieldError[]): void {
  const least = leastStepBytes(spec);
  if (limit === null || least <= limit) return;
  const batch = largestBatch(spec, limit);
  const figures = `a step needs at least ${gib(least)} GiB, the backend has ${gib(limit)} GiB`;
  faults.push(
    batch >= 2
      ? { path: "batchSize", rule: `must be at most ${batch}: ${figures}`, value: spec.batchSize }
      : { path: "imageSize", rule: `must be less: ${figures}`, value: spec.preprocessing.size },
  );
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
