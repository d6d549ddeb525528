/** Plans a tournament: what its entries would take, one after the other, and to judge them. @module */
import type { JobPlan, TournamentPlan } from "../schemas/job_plan.ts";
import { blocksWork, cardWork, type Judges, pixelWork } from "./judging_work.ts";
import { planTrain } from "./plan_train.ts";
import type { ResolvedTournament } from "./resolve_tournament.ts";
import type { StepTime } from "./step_clock.ts";
import { multiplicationsPerImage } from "./step_memory.ts";

/** What {@linkcode planTournament} is told. */
export interface TournamentPlanContext {
  /** Of each entry's step; null: it took too long to find out. */
  times: (StepTime | null)[];
  /** What one replica's heap can grow to, bytes; null where that is not known. */
  heapLimit: number | null;
}

/** A step's backward pass is about two forward passes. */
const PASSES_PER_STEP = 3;

/** The plan for a tournament that was found possible. */
export function planTournament(
  tournament: ResolvedTournament,
  { times, heapLimit }: TournamentPlanContext,
): TournamentPlan {
  const { spec, runs } = tournament;
  const plans = runs.map((run, i) => planTrain(run.spec, { ...run, time: times[i]!, heapLimit }));
  const entries = spec.entries.map(({ label }, i) => ({ label, plan: plans[i]! }));
  const trainingSeconds = sumOf(plans.map((plan) => plan.trainingSeconds));
  const judgingSeconds = judgingTime(tournament, plans);
  return {
    type: "tournament",
    entries,
    leftOut: spec.leftOut,
    trainingSeconds,
    judgingSeconds,
    seconds: sumOf([trainingSeconds, judgingSeconds]),
    heapBytes: Math.max(...plans.map(({ heapBytes }) => heapBytes)),
    heapLimitBytes: heapLimit,
    totalBytes: Math.max(...plans.map(({ totalBytes }) => totalBytes)),
    warnings: warningsOf(entries),
  };
}

function sumOf(numbers: (number | null)[]): number | null {
  let sum = 0;
  for (const number of numbers) {
    if (number === null) return null;
    sum += number;
  }
  return sum;
}

/**
 * Judging is work of one worker, at the speed that the fastest entry's step showed: the others have
 * more beside their products.
 */
function judgingTime(
  { runs, queries, classes }: ResolvedTournament,
  plans: JobPlan[],
): number | null {
  let [fastest, work] = [0, 0];
  for (const [i, { spec, items }] of runs.entries()) {
    const judges: Judges = { bank: Math.min(spec.evaluate!.bank, items), queries, classes };
    work += cardWork(spec, judges) + blocksWork(spec, judges);
    // Untrained blocks and raw pixels are judged once, with the first entry.
    if (i === 0) work += blocksWork(spec, judges) + pixelWork(spec, judges);
    const { secondsPerStep, batchSize, replicas } = plans[i]!;
    if (secondsPerStep === null) continue;
    const step = PASSES_PER_STEP * batchSize * multiplicationsPerImage(spec) / replicas;
    fastest = Math.max(fastest, step / secondsPerStep);
  }
  return fastest === 0 ? null : Number((work / fastest).toPrecision(2));
}

/** Each once: of whom, where it is not of all. */
function warningsOf(entries: TournamentPlan["entries"]): string[] {
  const found = new Map<string, string[]>();
  for (const { label, plan } of entries) {
    for (const text of plan.warnings) found.set(text, [...found.get(text) ?? [], label]);
  }
  return [...found].map(([text, labels]) =>
    labels.length === entries.length ? text : `${labels.join(", ")}: ${text}`
  );
}
