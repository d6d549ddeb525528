/**
 * Which items a run trains on, and which it is judged by. A function of spec and data alone, so a
 * resumed run has the same split.
 *
 * @module
 */
import type { ItemSource } from "../data/item_source.ts";
import { labelIds } from "../data/label_ids.ts";
import { InvalidError } from "../errors.ts";
import type { Random } from "../random.ts";
import { heldOutCount } from "../schemas/hold_out.ts";
import type { TrainSpec } from "../schemas/train.ts";

/** Items by index. */
export interface ItemSplit {
  /** Of the training data: what the encoder learns from. Ascending. */
  training: number[];
  /** Labelled items of the training data that neighbours are looked for in. */
  bank: number[];
  /** Items to classify, of `queriesFrom`; none of them is trained on. */
  queries: number[];
  queriesFrom: "training" | "evaluation";
  /** Label names, sorted; a class is an index into it. */
  classes: string[];
  /** Queries left out because the same bytes are in the training items. */
  duplicates: number;
}

/** The items that have a label. */
export function labelled(source: ItemSource): number[] {
  return indices(source).filter((index) => source.label(index) !== null);
}

export function indices(source: ItemSource): number[] {
  return Array.from({ length: source.count }, (_, i) => i);
}

/** `count` of `from`, drawn by the seed; all of them if there are no more. Ascending. */
export function draw(from: number[], count: number, random: Random, purpose: string): number[] {
  if (from.length <= count) return from;
  const order = random.stream(purpose).permutation(from.length);
  return Array.from(order.subarray(0, count), (i) => from[i]!).sort((a, b) => a - b);
}

/** @throws {InvalidError} If the data has too few items for the batch, or no labels to judge by. */
export function splitItems(
  spec: Pick<TrainSpec, "limit" | "batchSize" | "evaluate">,
  data: ItemSource,
  evaluation: ItemSource | null,
  random: Random,
): ItemSplit {
  const limit = spec.limit ?? Infinity;
  const wanted = spec.evaluate?.queries ?? 0;
  const heldOut = spec.evaluate === null || evaluation !== null ? [] : draw(
    labelled(data),
    heldOutCount(labelled(data).length, wanted),
    random,
    "held-out",
  );
  const held = new Set(heldOut);
  const rest = indices(data).filter((index) => !held.has(index));
  const training = draw(rest, limit, random, "limit");
  if (training.length < spec.batchSize) {
    throw new InvalidError(
      `Cannot train: ${training.length} items are left to train on, a batch needs ` +
        `${spec.batchSize}`,
      { errors: [{ path: "batchSize", rule: "must not exceed the items", value: spec.batchSize }] },
    );
  }
  const empty = { bank: [], queries: [], classes: [], duplicates: 0 };
  if (spec.evaluate === null) return { training, queriesFrom: "training", ...empty };

  const source = evaluation ?? data;
  const trained = new Set(training.map((index) => data.itemDigest(index)));
  const candidates = evaluation === null ? heldOut : draw(
    labelled(evaluation),
    wanted,
    random,
    "queries",
  );
  const queries = candidates.filter((index) => !trained.has(source.itemDigest(index)));
  const bank = draw(
    training.filter((index) => data.label(index) !== null),
    spec.evaluate.bank,
    random,
    "bank",
  );
  const { classes } = labelIds(bank.map((index) => data.label(index)));
  if (bank.length === 0 || queries.length === 0) {
    throw new InvalidError(
      `Cannot evaluate: ${bank.length} labelled training items and ${queries.length} labelled ` +
        "held-out items, at least one of each is needed",
      { errors: [{ path: "evaluate", rule: "needs labelled items", value: spec.evaluate }] },
    );
  }
  return {
    training,
    bank,
    queries,
    queriesFrom: evaluation === null ? "training" : "evaluation",
    classes,
    duplicates: candidates.length - queries.length,
  };
}
