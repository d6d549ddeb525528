/** What a trainer worker and the replicas beside it say to each other. @module */
import type { TrainSpec } from "../schemas/train.ts";
import type { BackendInfo, LogMessage, None } from "./protocol.ts";

/** The kind of worker, said in the handshake. */
export const REPLICA = "replica";

/** Trainer ⇄ replica. What both know as types of `src/data` and `src/parallel` goes through as it is. */
export type ReplicaProtocol<SharedImages = unknown, SharedMeeting = unknown> = {
  init: { backend: "auto" | "webgpu" | "wasm" };
  ready: { backend: BackendInfo };
  calls: {
    /** Follows the trainer to the end of its run; the replica hears nothing meanwhile. */
    follow: {
      request: {
        spec: TrainSpec;
        images: SharedImages;
        digest: string;
        checkpoint: Uint8Array<ArrayBuffer> | undefined;
        /** Weights of the model that a run without a checkpoint begins from. */
        pretrained: Uint8Array<ArrayBuffer> | undefined;
        meeting: SharedMeeting;
        rank: number;
      };
      response: null;
    };
  };
  commands: None;
  events: { log: LogMessage };
};
