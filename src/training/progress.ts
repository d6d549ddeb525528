/** Progress: how far a run is, as it is told. @module */
import type { JobProgress } from "../schemas/job.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { memoryUse } from "../tensor/memory_use.ts";
import { HealthMonitor } from "./health/health_monitor.ts";
import type { Run } from "./run.ts";
import { budgetOf, segmentProgress } from "./segment.ts";
import type { TrainEvent } from "./train_event.ts";

/** Shares of the progress bar that loading and training take; evaluation has the rest. */
const LOADED = 0.04;
const TRAINED = 0.94;

/** Before there is a run. */
export function loadingProgress(spec: TrainSpec): TrainEvent {
  return {
    type: "progress",
    progress: {
      phase: "loading",
      step: 0,
      totalSteps: "steps" in spec.budget ? spec.budget.steps : null,
      epoch: 0,
      fraction: 0,
      secondsLeft: null,
      viewsPerSecond: 0,
      learningRate: 0,
      metrics: {},
    },
  };
}

/** While it trains. */
export function trainingProgress(
  run: Run,
  spec: TrainSpec,
  now: Pick<JobProgress, "learningRate" | "viewsPerSecond">,
): TrainEvent {
  const { position, viewsPerStep } = run;
  const { step, seconds, segment } = position;
  const budget = budgetOf(spec, segment.index);
  const done = segmentProgress(budget, segment, step, seconds);
  const left = "steps" in budget
    ? (segment.step + budget.steps - step) * viewsPerStep / now.viewsPerSecond
    : Math.max(0, 60 * budget.minutes - (seconds - segment.seconds));
  return {
    type: "progress",
    progress: {
      phase: "training",
      ...standing(run),
      totalSteps: "steps" in budget ? segment.step + budget.steps : null,
      fraction: LOADED + (TRAINED - LOADED) * done,
      secondsLeft: Number.isFinite(left) ? left : null,
      ...now,
      memory: memoryUse(),
    },
  };
}

/** Once it has ended. */
export function evaluatingProgress(run: Run): TrainEvent {
  const { step, seconds } = run.position;
  return {
    type: "progress",
    progress: {
      phase: "evaluating",
      ...standing(run),
      totalSteps: step,
      fraction: TRAINED,
      secondsLeft: null,
      viewsPerSecond: run.viewsPerStep * step / seconds,
      learningRate: 0,
    },
  };
}

function standing(run: Run): Pick<JobProgress, "step" | "epoch" | "metrics" | "health"> {
  const { step, metrics, health } = run.position;
  return { step, epoch: run.epoch, metrics, health: new HealthMonitor(health).health };
}
