/** What an embedder and its decoder say to each other. @module */
import type { Outcome } from "../errors.ts";
import type { LogMessage, None } from "./protocol.ts";

/** The kind of worker, said in the handshake. */
export const DECODER = "decoder";

/** Images to make pixels of. */
export interface ToDecode {
  images: Uint8Array[];
  options: { size: number; channels: 1 | 3; maxPixels: number };
}

/** What comes by the intake: the ticket is what its pixels go to the embedder with. */
export type ToDecodeForTicket = ToDecode & { ticket: number };

/** Embedder ⇄ decoder. */
export type DecoderProtocol = {
  init: {
    /** Brings {@linkcode ToDecodeForTicket} from the main thread, past the embedder. */
    intake: MessagePort;
  };
  ready: null;
  calls: {
    /** `size * size * channels` bytes of each image. */
    decode: { request: ToDecode; response: Outcome<Uint8Array>[] };
  };
  commands: None;
  events: {
    log: LogMessage;
    /** What came by the intake. */
    decoded: { ticket: number; outcomes: Outcome<Uint8Array>[] };
  };
};
