/**
 * Extends a job that has ended: the same job with one more stretch to its budget.
 *
 * @module
 */
import { ConflictError, NotFoundError } from "../errors.ts";
import type { Dataset } from "../schemas/dataset.ts";
import { heldOutCount } from "../schemas/hold_out.ts";
import type { JobExtension } from "../schemas/job_extension.ts";
import type { Budget, TrainSpec } from "../schemas/train.ts";
import type { DatasetReader } from "./resolve_train.ts";

/**
 * The spec with the extension at its end.
 *
 * @throws {ConflictError} If a data set that the job needs was deleted.
 */
export async function extendTrain(
  spec: TrainSpec,
  request: JobExtension,
  datasets: Pick<DatasetReader, "get">,
): Promise<TrainSpec> {
  const dataset = await find(datasets, spec.dataset);
  if (spec.evaluationDataset !== null) await find(datasets, spec.evaluationDataset);
  return { ...spec, extensions: [...spec.extensions, budgetOf(request, spec, dataset)] };
}

/** In words: "50 steps". */
export function budgetText(budget: Budget): string {
  return "steps" in budget ? `${budget.steps} steps` : `${budget.minutes} minutes`;
}

async function find(datasets: Pick<DatasetReader, "get">, id: string): Promise<Dataset> {
  try {
    return await datasets.get(id);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new ConflictError(`Cannot extend the job: its data set was deleted, ${id}`, { cause });
  }
}

function budgetOf(request: JobExtension, spec: TrainSpec, dataset: Dataset): Budget {
  if (request.minutes !== undefined) return { minutes: request.minutes };
  if (request.steps !== undefined) return { steps: request.steps };
  const held = spec.evaluate !== null && spec.evaluationDataset === null
    ? heldOutCount(dataset.count - dataset.unlabelled, spec.evaluate.queries)
    : 0;
  const items = Math.min(dataset.count - held, spec.limit ?? Infinity);
  const stepsPerEpoch = Math.max(1, Math.floor(items / spec.batchSize));
  return { steps: Math.max(1, Math.round(request.epochs! * stepsPerEpoch)) };
}
