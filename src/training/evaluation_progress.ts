/** Progress of an evaluation: how much of all its protocols is done. @module */
import { fineTunePasses, STEP_PASSES } from "../evaluation/fine_tune_passes.ts";
import type { EvaluationSpec } from "../schemas/evaluate.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { EvaluationSplit } from "./evaluation_split.ts";
import type { TrainEvent } from "./train_event.ts";

/** Adds up images that went through a network. */
export class EvaluationProgress {
  readonly #tell: (event: TrainEvent) => void;
  readonly #costs = new Map<string, number>();
  readonly #shares = new Map<string, number>();
  readonly #began = performance.now();

  constructor(
    spec: EvaluationSpec,
    split: EvaluationSplit,
    tell: (event: TrainEvent) => void,
  ) {
    this.#tell = tell;
    const { finetune, supervised } = spec;
    // Decoding, then three methods for the protocols that train nothing.
    const items = split.bank.length + split.queries.length;
    const learned = split.shares.flat().length + split.unlabelled.flat().length;
    this.#costs.set("loading", items + learned + split.supervised.length);
    this.#costs.set("frozen", 3 * items);
    const { batchSize, unlabelled, steps } = finetune;
    const { all } = fineTunePasses(batchSize, unlabelled);
    split.shares.forEach((_, i) => this.#costs.set(`finetune-${i}`, steps * all));
    this.#costs.set("supervised", STEP_PASSES * supervised.epochs * split.supervised.length);
  }

  /** The items are being decoded. */
  loading(): void {
    this.#report("loading");
  }

  /** A piece of the protocols that train nothing is done; how many there are is not known. */
  frozen(): void {
    this.#shares.set("loading", 1);
    const done = this.#shares.get("frozen") ?? 0;
    this.#shares.set("frozen", done + 0.02 * (1 - done));
    this.#report("evaluating");
  }

  /** A protocol that trains something: called with the share done, 0..1. */
  task(name: string): (share: number) => void {
    this.#shares.set("loading", 1);
    this.#shares.set("frozen", 1);
    return (share) => {
      this.#shares.set(name, share);
      this.#report("evaluating");
    };
  }

  #report(phase: JobProgress["phase"]): void {
    let done = 0;
    let all = 0;
    for (const [name, cost] of this.#costs) {
      all += cost;
      done += cost * (this.#shares.get(name) ?? 0);
    }
    const fraction = done / all;
    const seconds = (performance.now() - this.#began) / 1000;
    this.#tell({
      type: "progress",
      progress: {
        phase,
        step: 0,
        totalSteps: null,
        epoch: 0,
        fraction,
        secondsLeft: fraction > 0.05 ? seconds * (1 - fraction) / fraction : null,
        viewsPerSecond: 0,
        learningRate: 0,
        metrics: {},
      },
    });
  }
}
