/**
 * Resolves a request to evaluate: which data it means, and whether that can be judged by. What can
 * be known from counts and labels is refused here; what takes the items themselves (the same bytes
 * on both sides) by the job, at its start.
 *
 * @module
 */
import { type FieldError, NotFoundError } from "../errors.ts";
import type { Dataset } from "../schemas/dataset.ts";
import type { EvaluationRequest, EvaluationSpec } from "../schemas/evaluate.ts";
import { itemsInShare } from "../schemas/items_in_share.ts";
import type { Model } from "../schemas/model.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { JobStore } from "../stores/job_store.ts";
import { findModel, type ModelFinder } from "./find_model.ts";
import { type DatasetReader, findDataset, refusal } from "./resolve_train.ts";

/** What {@linkcode resolveEvaluation} needs beside the request. */
export interface EvaluationContext {
  datasets: DatasetReader;
  models: ModelFinder;
  jobs: Pick<JobStore, "get">;
}

/** What a model was trained on, as far as it is still there. */
interface Training {
  spec: TrainSpec;
  dataset: Dataset;
  evaluation: Dataset | null;
}

/**
 * What a request means for the model and data it names.
 *
 * @throws {NotFoundError} If one does not exist. @throws {InvalidError} With every fault.
 */
export async function resolveEvaluation(
  request: EvaluationRequest,
  context: EvaluationContext,
): Promise<EvaluationSpec> {
  const { datasets } = context;
  const model = await findModel(context.models, request.model);
  const training = await trainingOf(model, context);
  const faults: FieldError[] = [];
  const train = request.train === undefined
    ? training?.dataset ?? null
    : await findDataset(datasets, request.train, "train");
  const dataset = request.dataset === undefined
    ? training?.evaluation ?? null
    : await findDataset(datasets, request.dataset, "dataset");
  if (train === null) {
    const rule = "must be given: what the model was trained on is not known, or not there any more";
    throw refusal("evaluate", [{ path: "train", rule, value: request.train ?? null }]);
  }
  checkLabels(request, train, faults);
  if (dataset === null) checkHeldOut(request, train, training, faults);
  else checkDataset(request, train, dataset, faults);
  checkLayer(request, model, faults);
  checkUnlabelled(request, train, faults);
  if (faults.length > 0) throw refusal("evaluate", faults);
  const { finetune, supervised } = request;
  const { fractions, ...budget } = finetune;
  const { limit, ...rest } = supervised;
  return {
    type: "evaluate",
    model: model.id,
    modelName: model.name,
    modelDigest: model.digest,
    modelSeed: model.card.seed,
    modelFrom: model.card.from?.name ?? null,
    train: { id: train.id, name: train.name },
    dataset: dataset === null ? null : { id: dataset.id, name: dataset.name },
    training: training === null ? null : {
      dataset: training.dataset.id,
      split: {
        limit: training.spec.limit,
        batchSize: training.spec.batchSize,
        evaluate: training.spec.evaluate,
        seed: training.spec.seed,
      },
      evaluationDataset: training.spec.evaluationDataset,
    },
    protocols: request.protocols,
    queries: request.queries,
    bank: request.bank,
    finetune: { ...budget, fractions: [...new Set(fractions)].sort((a, b) => a - b) },
    supervised: { ...rest, limit: limit ?? null },
    seed: request.seed,
  };
}

/** Null for a model of a session, and where the job or its data has gone. */
async function trainingOf(
  model: Model,
  { jobs, datasets }: EvaluationContext,
): Promise<Training | null> {
  if (model.job === null) return null;
  try {
    const { spec: made } = await jobs.get(model.job);
    // Every entry of a tournament has the same items held out.
    const spec = made.type === "tournament" ? made.entries[0]!.spec : made;
    if (spec?.type !== "train") return null;
    return {
      spec,
      dataset: await datasets.get(spec.dataset),
      evaluation: spec.evaluationDataset === null
        ? null
        : await datasets.get(spec.evaluationDataset),
    };
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}

/** The projector sits on the last block, and only SimCLR has one. */
function checkLayer({ finetune: { on } }: EvaluationRequest, model: Model, faults: FieldError[]) {
  if (on === "h") return;
  const { objectives, block } = model.spec;
  const names = objectives.map(({ name }) => name);
  const why = !names.includes("simclr")
    ? `the model ${model.name} was trained with ${names.join(" and ") || "no objective"}`
    : block !== undefined
    ? `the model ${model.name} serves block ${block}, which has no projector on it`
    : undefined;
  if (why !== undefined) {
    faults.push({ path: "finetune.on", rule: `must be h: ${why}`, value: on });
  }
}

/** At least two items must be left when the labels have been taken. */
function checkUnlabelled(
  { finetune: { unlabelled, fractions }, protocols }: EvaluationRequest,
  train: Dataset,
  faults: FieldError[],
): void {
  if (unlabelled === null || !protocols.includes("finetune")) return;
  const most = Math.max(...fractions);
  const labels = Object.values(train.classes)
    .reduce((sum, count) => sum + itemsInShare(most, count), 0);
  const left = train.count - labels;
  if (left >= 2) return;
  const rule =
    `must be null: with ${labels} labels learned from, ${left} of ${train.name}'s items ` +
    "are left to learn from without";
  faults.push({ path: "finetune.unlabelled", rule, value: unlabelled });
}

function checkLabels(request: EvaluationRequest, train: Dataset, faults: FieldError[]): void {
  const classes = Object.keys(train.classes).length;
  if (classes >= 2) return;
  const rule = request.train === undefined
    ? `must be given: what the model was trained on has ${classes} labels, at least 2 are needed`
    : `must have items of at least 2 labels, it has ${classes}`;
  faults.push({ path: "train", rule, value: train.name });
}

/** Judged by what training held out of its own data. */
function checkHeldOut(
  request: EvaluationRequest,
  train: Dataset,
  training: Training | null,
  faults: FieldError[],
): void {
  const value = request.dataset ?? null;
  if (training === null || training.dataset.id !== train.id) {
    const rule = "must be given: nothing is known to have been held out of " + train.name;
    faults.push({ path: "dataset", rule, value });
  } else if (training.spec.evaluate === null) {
    const rule = "must be given: the model was trained without holding anything out";
    faults.push({ path: "dataset", rule, value });
  }
}

function checkDataset(
  request: EvaluationRequest,
  train: Dataset,
  dataset: Dataset,
  faults: FieldError[],
): void {
  const fault = (rule: string) => faults.push({ path: "dataset", rule, value: dataset.name });
  if (dataset.id === train.id || dataset.digest === train.digest) {
    fault(
      request.dataset === undefined
        ? `must be given: the model's own is the same data as ${train.name}, which is learned from`
        : `must be other data than ${train.name}, which is learned from`,
    );
    return;
  }
  if (Object.keys(dataset.classes).length === 0) {
    fault("must have labelled items");
    return;
  }
  const shared = Object.keys(train.classes).filter((label) =>
    Object.hasOwn(dataset.classes, label)
  );
  if (shared.length < Math.min(2, Object.keys(train.classes).length)) {
    fault(`must share at least 2 labels with ${train.name}, it shares ${shared.length}`);
  }
}
