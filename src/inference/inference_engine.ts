/**
 * Inference engine: what an embedder worker computes, with its models kept in memory.
 *
 * Calls may overlap: decoding is asynchronous, and each forward pass runs whole between two awaits.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { stackImages } from "../data/stack_images.ts";
import { toInput } from "../data/to_input.ts";
import { ConflictError, type ErrorRecord } from "../errors.ts";
import type { DecodeOptions } from "../images/decode_image.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import type { ObjectiveName } from "../schemas/objective.ts";
import { type LoadedModel, type LoadModel, ModelCache } from "./model_cache.ts";
import { ntXentForRequest } from "./nt_xent_for_request.ts";
import type { JigsawPrediction } from "./predict_jigsaw.ts";
import { predictRotation, type RotationPrediction } from "./predict_rotation.ts";

/** What the engine needs. */
export interface InferenceOptions {
  loadModel: LoadModel;
  /** Decodes images, best in another thread: it is done for one batch while the last one computes. */
  decode: DecodeImages;
  /** Weights kept in memory, bytes; the least recently used go first. */
  maxBytes: number;
  /** Most pixels an image may have. */
  maxPixels: number;
}

/** A result for each input: one that cannot be decoded does not fail the others of its batch. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorRecord };

/** Makes pixels of images, each on its own. */
export type DecodeImages = (
  images: Uint8Array[],
  options: DecodeOptions,
) => Promise<Outcome<Uint8Array>[]>;

/** The engine. */
export interface InferenceEngine {
  /** h of each image that can be decoded, `dimensions` numbers each; all are views of one buffer. */
  embed(model: string, images: Uint8Array[]): Promise<Outcome<Float32Array<ArrayBuffer>>[]>;
  /** @throws {ConflictError} if the model has no rotation head. */
  predictRotation(model: string, images: Uint8Array[]): Promise<Outcome<RotationPrediction>[]>;
  /** @throws {ConflictError} if the model has no jigsaw head. */
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
export function createInferenceEngine(options: InferenceOptions): InferenceEngine {
  const cache = new ModelCache(options.loadModel, options.maxBytes);
  const { maxPixels } = options;

  /** Runs `work` over the images that can be decoded and puts the failures back in their places. */
  const each = async <T>(
    model: LoadedModel,
    images: Uint8Array[],
    work: (input: tf.Tensor4D) => Promise<T[]>,
  ): Promise<Outcome<T>[]> => {
    const { preprocessing } = model.spec;
    const { size, channels } = preprocessing;
    const decoded = await options.decode(images, { size, channels, maxPixels });
    const pixels = decoded.flatMap((outcome) => outcome.ok ? [outcome.value] : []);
    if (pixels.length === 0) return decoded as Outcome<T>[];
    const input = toInput(stackImages(pixels, preprocessing), preprocessing);
    const values = await work(input).finally(() => input.dispose());
    let next = 0;
    return decoded.map((outcome) => outcome.ok ? { ok: true, value: values[next++]! } : outcome);
  };

  return {
    async embed(id, images) {
      const model = await cache.get(id);
      return await each(model, images, async (input) => {
        const pooled = tf.tidy(() => model.encoder.apply(input).pooled);
        const values = await pooled.data<"float32">();
        pooled.dispose();
        // Of our own, whatever the backend's is: it moves to the other thread in one piece.
        const rows = new Float32Array(values);
        const d = model.spec.dimensions;
        return Array.from({ length: input.shape[0] }, (_, i) => rows.subarray(i * d, (i + 1) * d));
      });
    },
    async predictRotation(id, images) {
      const model = await cache.get(id);
      requireHead(model, id, "rotation");
      return await each(model, images, (input) => predictRotation(model, input));
    },
    async predictJigsaw(id, image, shuffle) {
      const model = await cache.get(id);
      requireHead(model, id, "jigsaw");
      // It brings sharp along, which an embedder that only embeds has no use for.
      const { predictJigsaw } = await import("./predict_jigsaw.ts");
      return await predictJigsaw(model, image, shuffle, maxPixels);
    },
    ntXent: ntXentForRequest,
    forget: (id) => void cache.forget(id),
  };
}

/** @throws {ConflictError} */
function requireHead(model: LoadedModel, id: string, name: ObjectiveName): void {
  const names = model.spec.objectives.map((objective) => objective.name);
  if (names.includes(name)) return;
  throw new ConflictError(
    `Cannot predict ${name}: the model ${id} was trained with ${names.join(" and ")} only; ` +
      `train one with ${name} as its objective or as an extra head`,
    { errors: [{ path: "model", rule: `must have a ${name} head`, value: id }] },
  );
}
