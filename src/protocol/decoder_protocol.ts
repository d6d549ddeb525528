/** What an embedder and its decoder say to each other. @module */
import type { Outcome } from "../errors.ts";
import type { LogMessage, None } from "./protocol.ts";

/** The kind of worker, said in the handshake. */
export const DECODER = "decoder";

/** Embedder ⇄ decoder. */
export type DecoderProtocol = {
  init: null;
  ready: null;
  calls: {
    /** `size * size * channels` bytes of each image. */
    decode: {
      request: {
        images: Uint8Array[];
        options: { size: number; channels: 1 | 3; maxPixels: number };
      };
      response: Outcome<Uint8Array>[];
    };
  };
  commands: None;
  events: { log: LogMessage };
};
