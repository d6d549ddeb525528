/** What the main thread and an embedder worker say to each other. @module */
import type { ErrorRecord } from "../errors.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import type { ViewsPreviewSpec } from "../schemas/views_preview.ts";
import type { BackendInfo, LogMessage } from "./protocol.ts";

/** The kind of worker, said in the handshake. */
export const EMBEDDER = "embedder";

/** The result for one image of a batch: one that cannot be decoded does not fail the others. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorRecord };

/** What the rotation head says of an image. */
export interface RotationAnswer {
  degrees: 0 | 90 | 180 | 270;
  /** Of 0, 90, 180, 270 degrees, counter-clockwise. */
  probabilities: [number, number, number, number];
}

/** What the jigsaw head says of an image. */
export interface JigsawAnswer {
  /** permutation[i] is the cell (row-major) that the tile now in cell i came from. */
  permutation: number[];
  probability: number;
  /** The most probable permutations, best first, at most five. */
  candidates: { permutation: number[]; probability: number }[];
  /** The index the image was shuffled by, null if it came shuffled. */
  shuffled: number | null;
  /** The image with its tiles put back, PNG. */
  restored: Uint8Array;
}

/** What the self-test found of one kernel. */
export interface KernelReport {
  kernel: string;
  ok: boolean;
  /** Largest absolute difference from the reference. */
  error: number;
  /** What is wrong, or null. */
  message: string | null;
}

/** Main thread ⇄ embedder. Models go by id; the worker reads them from the blob store. */
export type EmbedderProtocol = {
  init: {
    /** Of the blob store. */
    blobsUrl: string;
    backend: "auto" | "webgpu" | "wasm";
    /** Weights to keep in memory, bytes. */
    modelCacheBytes: number;
    maxPixels: number;
  };
  ready: { backend: BackendInfo; selfTest: KernelReport[] };
  calls: {
    /** h of each image: all of one length. */
    embed: {
      request: { model: string; images: Uint8Array[] };
      response: Outcome<Float32Array>[];
    };
    predictRotation: {
      request: { model: string; images: Uint8Array[] };
      response: Outcome<RotationAnswer>[];
    };
    predictJigsaw: {
      request: { model: string; image: Uint8Array; shuffle: number | null };
      response: JigsawAnswer;
    };
    ntXent: { request: NtXentRequest; response: NtXentResult };
    /** A picture of items and their views, PNG. */
    previewViews: { request: ViewsPreviewSpec; response: Uint8Array };
  };
  commands: {
    /** A model was deleted. */
    forget: { model: string };
  };
  events: { log: LogMessage };
};
