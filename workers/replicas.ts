/** Starts the replicas beside a trainer, one worker each. @module */
import type { Logger } from "../src/log.ts";
import type { Collective } from "../src/parallel/collective.ts";
import type { SharedImages } from "../src/data/packed_images.ts";
import { createMeeting, joinMeeting, type SharedMeeting } from "../src/parallel/shared_memory.ts";
import { singleReplica } from "../src/parallel/single.ts";
import { relayLog } from "../src/protocol/remote_logger.ts";
import { REPLICA, type ReplicaProtocol } from "../src/protocol/replica_protocol.ts";
import { startWorker, type WorkerHandle } from "../src/protocol/start_worker.ts";
import { evenShares } from "../src/schemas/even_shares.ts";
import type { BackendName } from "../src/tensor/backend.ts";
import type { FollowOptions } from "../src/training/follow.ts";

type Protocol = ReplicaProtocol<SharedImages, SharedMeeting>;

/** The replicas of a run. */
export class Replicas {
  readonly #wanted: number;
  readonly #backend: BackendName;
  readonly #log: Logger;
  #workers: WorkerHandle<Protocol>[] = [];

  /** @param wanted How many there may be with the trainer itself. */
  constructor(wanted: number, backend: BackendName, log: Logger) {
    // A GPU is one device: replicas on it would only take turns.
    this.#wanted = backend === "webgpu" ? 1 : wanted;
    this.#backend = backend;
    this.#log = log;
  }

  /**
   * Starts as many as the batch can be dealt to evenly, and lets them follow.
   *
   * @returns The trainer's place among them.
   */
  async start({ images, ...options }: Omit<FollowOptions, "collective">): Promise<Collective> {
    const shared = images.share();
    const size = shared === undefined ? 1 : evenShares(options.spec.batchSize, this.#wanted);
    if (shared === undefined || size === 1) return singleReplica;
    const meeting = createMeeting(size);
    this.#workers = await Promise.all(
      Array.from({ length: size - 1 }, () =>
        startWorker<Protocol>({
          url: new URL("./replica.ts", import.meta.url),
          kind: REPLICA,
          init: { backend: this.#backend },
          listeners: { log: relayLog(this.#log) },
        })),
    );
    this.#workers.forEach((worker, i) => {
      worker.call("follow", { ...options, images: shared, meeting, rank: i + 1 }).catch((error) => {
        // One that was stopped is none of them any more.
        if (this.#workers.includes(worker)) {
          this.#log.warn("a replica ended", { reason: error.message });
        }
      });
    });
    return joinMeeting(meeting, 0);
  }

  /** Ends them, wherever they are. */
  stop(): void {
    for (const worker of this.#workers) worker.terminate("was not needed any more");
    this.#workers = [];
  }
}
