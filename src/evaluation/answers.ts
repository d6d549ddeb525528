/** Answers: what a protocol that leaves the encoder as it is says of held-out items. @module */
import type { Random } from "../random.ts";
import type { ProbeFit } from "../schemas/evaluation.ts";
import { rightAnswers } from "./compare.ts";
import type { FeatureMatrix } from "./features.ts";
import { classifyByNeighbours } from "./knn.ts";
import type { LabelledImages } from "./labelled_images.ts";
import { probeLinearly } from "./linear_probe.ts";

/** Protocols that leave the encoder as it is. */
export type FrozenProtocol = "knn" | "linear";

/** What is learned from, and what is classified. */
export interface JudgedItems {
  bank: LabelledImages;
  /** No item of it was trained on. */
  queries: LabelledImages;
  /** Names of the classes. */
  classes: readonly string[];
  random: Random;
  /** Called between pieces of work; throws to stop. */
  pause: () => Promise<void>;
}

/** What one method said of the queries. */
export interface Answers {
  predicted: Int32Array;
  right: Float64Array;
  /** Of a linear probe. */
  fit?: ProbeFit;
}

/** Features of the items, row by row. */
export type BankAndQueries = Record<"bank" | "queries", FeatureMatrix>;

/** Classifies the queries by their features. */
export async function answersBy(
  protocol: FrozenProtocol,
  features: BankAndQueries,
  { bank, queries, classes, random, pause }: JudgedItems,
): Promise<Answers> {
  if (protocol === "knn") {
    const options = { classes: classes.length, pause };
    const predicted = await classifyByNeighbours(
      features.bank,
      bank.labels,
      features.queries,
      options,
    );
    return { predicted, right: rightAnswers(predicted, queries.labels) };
  }
  const options = { classes: classes.length, random: random.fork("linear"), pause };
  const { predicted, fit } = await probeLinearly(
    features.bank,
    bank.labels,
    features.queries,
    options,
  );
  return { predicted, fit, right: rightAnswers(predicted, queries.labels) };
}
