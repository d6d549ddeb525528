/** What the main thread and an embedder worker say to each other. @module */
import type { Outcome } from "../errors.ts";
import type { ModelSpec } from "../schemas/model.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import type { Pretext } from "../schemas/pretext.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import type { StageTimes } from "../schemas/stage_times.ts";
import type { ViewsPicture, ViewsPreviewSpec } from "../schemas/views_preview.ts";
import type { JobProgress } from "../schemas/job.ts";
import type { BackendInfo, LogMessage } from "./protocol.ts";

/** The kind of worker, said in the handshake. */
export const EMBEDDER = "embedder";

/** What the self-test found of one kernel. */
export interface KernelReport {
  kernel: string;
  ok: boolean;
  /** Largest absolute difference from the reference. */
  error: number;
  /** What is wrong, or null. */
  message: string | null;
}

/** Weights by name, without their numbers. */
export interface WeightShapes {
  spec: ModelSpec;
  shapes: Map<string, number[]>;
}

/** What a worker's tensors take up. */
export type MemoryUse = NonNullable<JobProgress["memory"]>;

/** What was computed, and what took how long. */
export interface Staged<T> {
  value: T;
  stages: StageTimes;
}

/** Images whose pixels come from the decoder, which got them by its intake. */
export interface ImagesOfTicket {
  ticket: number;
  /** How many. */
  length: number;
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
      request: { model: string; images: Uint8Array[] | ImagesOfTicket };
      response: Staged<Outcome<Float32Array>[]>;
    };
    /** What a head says of each input. */
    predict: {
      request: { model: string; pretext: Pretext; questions: Question[] };
      response: Staged<Outcome<Answer>[]>;
    };
    /** Whether these are the weights of such a model. */
    checkWeights: { request: WeightShapes; response: null };
    ntXent: { request: NtXentRequest; response: Staged<NtXentResult> };
    /** A picture of items and their views. */
    previewViews: { request: ViewsPreviewSpec; response: Staged<ViewsPicture> };
  };
  commands: {
    /** A model was deleted. */
    forget: { model: string };
  };
  events: {
    log: LogMessage;
    /** Its decoder is there; what is sent by this port is decoded. */
    decoder: { intake: MessagePort };
    /** After a batch, now and then. */
    memory: MemoryUse;
  };
};
