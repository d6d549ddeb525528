/**
 * Measures what a step of a spec takes on this machine: a few real steps on a few images of noise.
 *
 * @module
 */
import { PackedImages } from "../data/packed_images.ts";
import { MemoryPixels } from "../data/pixel_store.ts";
import type { Collective } from "../parallel/collective.ts";
import { Random } from "../random.ts";
import type { TrainSpec } from "../schemas/train.ts";
import type { FollowOptions } from "./follow.ts";
import { agree } from "./replica_control.ts";
import { Run } from "./run.ts";
import { readMetrics } from "./train_step.ts";

/** What {@linkcode measureStep} answers. */
export interface StepMeasurement {
  /** The fastest step: what else the machine does only makes one slower. */
  seconds: number;
}

/** Steps that are timed, after one that warms up. */
const STEPS = 6;

/** No step is begun after so long: then what there is has to do, seconds. */
const BUDGET_SECONDS = 2;

/** Too small for a step to change anything that its speed hangs on. */
const LEARNING_RATE = 1e-6;

/** @param spec Its batch is what is measured. @param startReplicas As of `TrainOptions`. */
export async function measureStep(
  spec: TrainSpec,
  startReplicas: (options: Omit<FollowOptions, "collective">) => Promise<Collective>,
): Promise<StepMeasurement> {
  const shared = {
    spec,
    images: noiseImages(spec),
    digest: "measured",
    checkpoint: undefined,
    // Any weights take as long.
    pretrained: undefined,
  };
  const collective = await startReplicas(shared);
  const run = new Run({ ...shared, collective });
  try {
    let fastest = Infinity;
    const start = performance.now();
    for (let step = 0; step <= STEPS; step++) {
      const begun = performance.now();
      if (step > 0 && begun - start > 1000 * BUDGET_SECONDS) break;
      const { learningRate, report, health, progress } = agree(collective, {
        go: true,
        learningRate: LEARNING_RATE,
        report: false,
        health: false,
        // Whatever phases an objective has: all that is learned at once is learned in the last.
        progress: 1,
      });
      const { metrics } = run.step(learningRate, report, health, progress);
      await readMetrics({ metrics });
      const seconds = (performance.now() - begun) / 1000;
      // The first one compiles and lets the heap grow; it only counts if there is no time for more.
      fastest = step === 1 ? seconds : Math.min(fastest, seconds);
    }
    agree(collective, { go: false, learningRate: 0, report: false, health: false, progress: 1 });
    return { seconds: fastest };
  } finally {
    run.dispose();
    shared.images.close();
  }
}

/** One batch of random pixels; to be closed by the caller. */
export function noiseImages(
  { batchSize, preprocessing: { size, channels }, seed }: TrainSpec,
): PackedImages {
  const length = size * size * channels;
  const store = new MemoryPixels(batchSize, length);
  const stream = new Random(seed).stream("noise");
  const pixels = Uint8Array.from({ length }, () => stream.integer(256));
  const slots = Uint32Array.from({ length: batchSize }, (_, i) => i);
  for (const slot of slots) store.write(slot, pixels);
  return new PackedImages(store, slots, {
    indices: slots,
    labels: new Array(batchSize).fill(null),
    height: size,
    width: size,
    channels,
    skipped: [],
    // Clips are then made of single images, which takes a little longer than having them.
    clips: null,
  });
}
