/**
 * Resolves a request for a tournament: what each entry is to train is what a training job of its
 * objective would be, and all are judged by the same held-out items.
 *
 * @module
 */
import { type FieldError, InvalidError } from "../errors.ts";
import type { Dataset } from "../schemas/dataset.ts";
import { heldOutCount } from "../schemas/hold_out.ts";
import { ObjectiveSpec } from "../schemas/objective.ts";
import type { TournamentEntry, TournamentRequest, TournamentSpec } from "../schemas/tournament.ts";
import type { TrainRequest } from "../schemas/train.ts";
import {
  FEWEST_QUERIES,
  findDataset,
  refusal,
  type ResolveContext,
  type ResolvedTrain,
  resolveTrain,
} from "./resolve_train.ts";

/** How long an entry trains where the request does not say, minutes. */
const DEFAULT_MINUTES = 10;

/** Longest part of a model's name that is the tournament's; a label has up to 40 characters. */
const LONGEST_NAME = 50;

/** An entry by what it is called. */
interface Labelled {
  label: string;
  entry: TournamentEntry;
}

/** What {@linkcode resolveTournament} answers. */
export interface ResolvedTournament {
  spec: TournamentSpec;
  /** Of each entry, what a training job of it is found to be. */
  runs: ResolvedTrain[];
  /** Items that judge, and classes that they are of. */
  queries: number;
  classes: number;
}

/**
 * What a request means for the data it names.
 *
 * @throws {NotFoundError} If a data set does not exist.
 * @throws {InvalidError} With every fault; where no entry was asked for by name, only if the data
 * set allows none at all, or has no labels to judge by.
 */
export async function resolveTournament(
  request: TournamentRequest,
  context: ResolveContext,
): Promise<ResolvedTournament> {
  const { datasets } = context;
  const dataset = await findDataset(datasets, request.dataset, "dataset");
  const other = request.evaluate.dataset === undefined
    ? null
    : await findDataset(datasets, request.evaluate.dataset, "evaluate.dataset");
  checkLabels(request, dataset, other);
  const name = request.name ?? dataset.name.slice(0, LONGEST_NAME);
  const entries: TournamentSpec["entries"] = [];
  const runs: ResolvedTournament["runs"] = [];
  const leftOut: { label: string; reason: string; faults: FieldError[] }[] = [];
  for (const { label, entry } of labelled(request.objectives ?? everyObjective())) {
    try {
      const run = await resolveTrain(trainRequest(request, entry, `${name}-${label}`), context);
      entries.push({ label, spec: run.spec });
      runs.push(run);
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      leftOut.push({ label, reason: error.message, faults: error.errors });
    }
  }
  if (request.objectives !== undefined && leftOut.length > 0) {
    throw refusal("hold the tournament", faultsOf(request, leftOut));
  }
  if (entries.length === 0) throw refusal("hold the tournament", leftOut[0]!.faults);
  const spec: TournamentSpec = {
    type: "tournament",
    name,
    dataset: dataset.id,
    datasetName: dataset.name,
    evaluationDataset: other?.id ?? null,
    entries,
    leftOut: leftOut.map(({ label, reason }) => ({ label, reason })),
    promote: request.promote,
  };
  const classes = Object.keys(dataset.classes).length;
  return { spec, runs, queries: queriesOf(request, dataset, other), classes };
}

/** Every objective there is, as a training job of its name would have it. */
function everyObjective(): TournamentEntry[] {
  return ObjectiveSpec.options.map(({ shape: { name } }) => ({
    objective: ObjectiveSpec.parse({ name: name.value }),
    heads: [],
  }));
}

/** Entries of the same objectives are told apart by a number. */
function labelled(entries: TournamentEntry[]): Labelled[] {
  const taken = new Set(entries.flatMap(({ label }) => label ?? []));
  return entries.map((entry) => {
    if (entry.label !== undefined) return { label: entry.label, entry };
    const { name } = entry.objective;
    const plain = entry.heads.length === 0 ? name : `${name}-and-${entry.heads.length}`;
    let label: string = plain;
    for (let number = 2; taken.has(label); number++) label = `${plain}-${number}`;
    taken.add(label);
    return { label, entry };
  });
}

/** What one would ask for to train the entry alone. */
function trainRequest(
  request: TournamentRequest,
  { objective, heads, recipe }: TournamentEntry,
  name: string,
): TrainRequest {
  const { steps, minutes, imageSize, channels, limit, checkpointSeconds } = request;
  return {
    type: "train",
    dataset: request.dataset,
    name,
    objective,
    heads,
    encoder: request.encoder,
    ...(recipe === undefined ? {} : { recipe }),
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(channels === undefined ? {} : { channels }),
    ...(limit === undefined ? {} : { limit }),
    ...(checkpointSeconds === undefined ? {} : { checkpointSeconds }),
    ...(steps === undefined ? { minutes: minutes ?? DEFAULT_MINUTES } : { steps }),
    batchSize: request.batchSize,
    chunkSize: request.chunkSize,
    evaluate: request.evaluate,
    seed: request.seed,
    // The best of all is promoted, at the end.
    promote: false,
    autoStop: false,
  };
}

/** Blocks are ranked by how well held-out items are classified, so there must be labels. */
function checkLabels(
  { evaluate }: TournamentRequest,
  dataset: Dataset,
  other: Dataset | null,
): void {
  const fault = (rule: string) =>
    refusal("hold the tournament", [{ path: "dataset", rule, value: dataset.name }]);
  const classes = Object.keys(dataset.classes).length;
  if (classes < 2) {
    throw fault(
      `must have at least 2 labels, it has ${classes}: blocks are ranked by kNN and linear probe`,
    );
  }
  if (other !== null) return;
  const labels = labelledItems(dataset);
  const held = heldOutCount(labels, evaluate.queries);
  if (held >= FEWEST_QUERIES) return;
  throw fault(
    `must have more labelled items, or evaluate.dataset be given: only ${held} of ${labels} can ` +
      `be held out, at least ${FEWEST_QUERIES} are needed`,
  );
}

function labelledItems({ count, unlabelled }: Dataset): number {
  return count - unlabelled;
}

/** How many items judge. */
function queriesOf(
  { evaluate: { queries } }: TournamentRequest,
  dataset: Dataset,
  other: Dataset | null,
): number {
  return other === null
    ? heldOutCount(labelledItems(dataset), queries)
    : Math.min(queries, labelledItems(other));
}

/** The faults of all entries, each once, by the fields of the tournament's request. */
function faultsOf(
  { objectives }: TournamentRequest,
  refused: { label: string; faults: FieldError[] }[],
): FieldError[] {
  const found = new Map<string, FieldError>();
  const labels = labelled(objectives!).map(({ label }) => label);
  for (const { label, faults } of refused) {
    for (const { path, rule, value } of faults) {
      const own = /^(objective|heads|recipe)\b/.test(path);
      const full = own ? `objectives[${labels.indexOf(label)}].${path}` : path;
      const key = `${full} ${rule}`;
      if (found.has(key)) continue;
      const whose = rule.endsWith(`for ${label}`) ? "" : `, for ${label}`;
      found.set(key, { path: full, rule: `${rule}${whose}`, value });
    }
  }
  return [...found.values()];
}
