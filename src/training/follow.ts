/**
 * A replica beside the first: the same steps on another share of each batch, at the first one's
 * command. It reports nothing; what it learns, all learn.
 *
 * @module
 */
import type { PackedImages } from "../data/packed_images.ts";
import type { Collective } from "../parallel/collective.ts";
import type { TrainSpec } from "../schemas/train.ts";
import { agree } from "./replica_control.ts";
import { Run, type RunStart } from "./run.ts";

/** What a following replica is told; it starts where the first replica does. */
export interface FollowOptions extends RunStart {
  spec: TrainSpec;
  images: PackedImages;
  collective: Collective;
  digest: string;
}

/** Follows until the first replica says that it is over. @throws {WorkerDiedError} */
export function follow(options: FollowOptions): void {
  const run = new Run(options);
  try {
    run.start(options);
    for (;;) {
      const command = agree(options.collective);
      if (!command.go) return;
      const { learningRate, report, health, progress } = command;
      const { metrics, features } = run.step(learningRate, report, health, progress);
      for (const scalar of Object.values(metrics)) scalar.dispose();
      features?.dispose();
    }
  } finally {
    run.dispose();
  }
}
