/** Replica worker: trains beside a trainer worker, see `src/training/follow.ts`. @module */
import "../src/tensor/lean_tfjs.ts";
import { PackedImages, type SharedImages } from "../src/data/packed_images.ts";
import { breakMeeting, joinMeeting, type SharedMeeting } from "../src/parallel/shared_memory.ts";
import { createRemoteLogger } from "../src/protocol/remote_logger.ts";
import { REPLICA, type ReplicaProtocol } from "../src/protocol/replica_protocol.ts";
import { serveWorker } from "../src/protocol/serve_worker.ts";
import { follow } from "../src/training/follow.ts";
import { startTrainingBackend } from "./start_backend.ts";

serveWorker<ReplicaProtocol<SharedImages, SharedMeeting>>(REPLICA, async (init, context) => {
  const log = createRemoteLogger((message) => context.send("log", message));
  const backend = await startTrainingBackend(init.backend, log);
  return {
    ready: { backend },
    handlers: {
      async follow({ images, meeting, rank, ...options }) {
        await Promise.resolve();
        try {
          follow({
            ...options,
            images: PackedImages.fromShared(images),
            collective: joinMeeting(meeting, rank),
          });
          return null;
        } catch (error) {
          // The others wait for this one without hearing messages: tell them where they look.
          breakMeeting(meeting);
          throw error;
        }
      },
    },
    listeners: {},
  };
});
