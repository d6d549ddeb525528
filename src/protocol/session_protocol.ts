/** What the main thread and a session worker say to each other. One worker is one session. @module */
import type { SessionRequest, SessionStep } from "../schemas/session.ts";
import type { BackendInfo, LogMessage, None } from "./protocol.ts";
import type { StoredModel } from "./stored_model.ts";

/** The kind of worker, said in the handshake. */
export const SESSION = "session";

/** The bytes of a step's images, as they came: to augment, or as ready pairs of views. */
export type StepImages =
  | { images: Uint8Array[] }
  | { views: [Uint8Array, Uint8Array][] };

/** Main thread ⇄ session. */
export type SessionProtocol = {
  init: {
    /** Of the blob store. */
    blobsUrl: string;
    backend: "auto" | "webgpu" | "wasm";
    maxPixels: number;
    request: SessionRequest;
  };
  ready: { backend: BackendInfo };
  calls: {
    step: { request: StepImages; response: SessionStep };
    /** Stores the model as it is now, under that id. */
    save: { request: { model: string }; response: StoredModel };
  };
  commands: None;
  events: { log: LogMessage };
};
