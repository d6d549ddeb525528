/**
 * Inference engine: what an embedder worker computes, with its models kept in memory.
 *
 * @module
 */
import { type ErrorRecord, UnavailableError } from "../errors.ts";
import type { ModelSpec } from "../schemas/model.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";

/** What the engine needs. */
export interface InferenceOptions {
  /** Reads a model from wherever models are kept. */
  loadModel(id: string): Promise<{ spec: ModelSpec; weights: Uint8Array<ArrayBuffer> }>;
  /** Weights kept in memory, bytes; the least recently used go first. */
  maxBytes: number;
  /** Most pixels an image may have. */
  maxPixels: number;
}

/** A result for each input: one that cannot be decoded does not fail the others of its batch. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorRecord };

/** What the rotation head says of an image. */
export interface RotationPrediction {
  degrees: 0 | 90 | 180 | 270;
  /** Of 0, 90, 180, 270 degrees, counter-clockwise. */
  probabilities: [number, number, number, number];
}

/** What the jigsaw head says of an image. */
export interface JigsawPrediction {
  permutation: number[];
  probability: number;
  candidates: { permutation: number[]; probability: number }[];
  shuffled: number | null;
  restored: Uint8Array;
}

/** The engine. */
export interface InferenceEngine {
  /** h of each image that can be decoded, as one Float32Array each of length `dimensions`. */
  embed(model: string, images: Uint8Array[]): Promise<Outcome<Float32Array<ArrayBuffer>>[]>;
  predictRotation(model: string, images: Uint8Array[]): Promise<Outcome<RotationPrediction>[]>;
  predictJigsaw(
    model: string,
    image: Uint8Array,
    shuffle: number | null,
  ): Promise<JigsawPrediction>;
  ntXent(request: NtXentRequest): Promise<NtXentResult>;
  /** Forgets a model that was deleted. */
  forget(model: string): void;
}

/** Makes an engine on the current backend. */
export function createInferenceEngine(_options: InferenceOptions): InferenceEngine {
  throw new UnavailableError("Cannot start inference: not built yet");
}
