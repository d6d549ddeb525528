/** Plans a run: what a resolved spec would take in memory and time, and what to think over. @module */
import { evenShares } from "../schemas/even_shares.ts";
import type { JobPlan } from "../schemas/job_plan.ts";
import { PIXEL_MEMORY_BYTES, pixelBytes } from "../schemas/pixel_memory.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { StepTime } from "./step_clock.ts";
import { stepBytes } from "./step_memory.ts";

/** What {@linkcode planTrain} is told. */
export interface PlanContext {
  /** Images that are trained on. */
  items: number;
  /** Most replicas; 1 on a GPU. */
  replicas: number;
  /** What one replica's heap can grow to, bytes; null where that is not known. */
  heapLimit: number | null;
  /** Null: it took too long to find out. */
  time: StepTime | null;
}

/** Statistics of fewer images say little, images. */
const SMALL_CHUNK = 32;

/** The plan for a spec that was found possible. */
export function planTrain(spec: TrainSpec, context: PlanContext): JobPlan {
  const { items, heapLimit, time } = context;
  const { batchSize, chunkSize, budget } = spec;
  const pixels = pixelBytes(items, spec.preprocessing);
  const replicas = evenShares(batchSize, context.replicas);
  const stepsPerEpoch = Math.floor(items / batchSize);
  const secondsPerStep = time === null ? null : Number(time.seconds.toPrecision(3));
  const steps = "steps" in budget
    ? budget.steps
    : secondsPerStep === null
    ? null
    : Math.max(1, Math.round(60 * budget.minutes / secondsPerStep));
  const heapBytes = stepBytes(spec, replicas);
  const seconds = "minutes" in budget
    ? 60 * budget.minutes
    : secondsPerStep && secondsPerStep * budget.steps;
  return {
    type: "train",
    batchSize,
    chunkSize,
    replicas,
    stepsPerEpoch,
    steps,
    epochs: steps === null ? null : Number((steps / stepsPerEpoch).toPrecision(3)),
    secondsPerStep,
    trainingSeconds: seconds === null ? null : Number(seconds.toPrecision(3)),
    heapBytes,
    heapLimitBytes: heapLimit,
    pixelBytes: pixels,
    totalBytes: replicas * heapBytes + (pixels > PIXEL_MEMORY_BYTES ? 0 : pixels),
    warnings: warningsOf(spec, { ...context, pixels, steps, stepsPerEpoch }),
  };
}

function warningsOf(
  spec: TrainSpec,
  { items, time, heapLimit, pixels, steps, stepsPerEpoch }: PlanContext & {
    pixels: number;
    steps: number | null;
    stepsPerEpoch: number;
  },
): string[] {
  const { batchSize, chunkSize } = spec;
  const warnings: string[] = [];
  if (2 * batchSize > items) {
    warnings.push(
      `A batch of ${batchSize} is most of the ${items} images: an epoch is ${stepsPerEpoch} step.`,
    );
  }
  if (
    steps !== null && spec.recipe.schedule.warmup * steps < 1 && spec.recipe.schedule.warmup > 0
  ) {
    warnings.push(`The run of ${steps} steps is too short for the schedule's warm-up.`);
  }
  if (steps !== null && steps < stepsPerEpoch) {
    warnings.push(`The run is shorter than one epoch: ${steps} of ${stepsPerEpoch} steps.`);
  }
  if (spec.evaluate === null) {
    warnings.push("Nothing is evaluated: whether the encoder got better will not be known.");
  }
  if (chunkSize !== null && chunkSize < batchSize && chunkSize < SMALL_CHUNK) {
    warnings.push(`Batch norm has the statistics of ${chunkSize} images only: those of a chunk.`);
  }
  if (pixels > PIXEL_MEMORY_BYTES) {
    warnings.push("The decoded images are more than memory should hold: they go into a file.");
  }
  if (heapLimit === null) {
    warnings.push("How much memory the GPU has is not known: whether it is enough, neither.");
  }
  if (time === null) {
    warnings.push("A step takes so long that it was not measured to its end.");
  } else if (time.disturbed) {
    warnings.push("The time was measured while a job trains: alone, a step may be faster.");
  }
  return warnings;
}
