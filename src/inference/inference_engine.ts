/**
 * Inference engine: what an embedder worker computes, with its models kept in memory.
 *
 * Calls may overlap: decoding is asynchronous, and each forward pass runs whole between two awaits.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ConflictError } from "../errors.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import { headFor, type Pretext } from "../schemas/pretext.ts";
import { eachDecoded } from "./each_decoded.ts";
import { type LoadedModel, type LoadModel, ModelCache } from "./model_cache.ts";
import { ntXentForRequest } from "./nt_xent_for_request.ts";
import { PREDICTORS } from "./predictors/mod.ts";
import type { Outcome } from "./predictors/predictor.ts";

/** What the engine needs. */
export interface InferenceOptions {
  loadModel: LoadModel;
  /** Weights kept in memory, bytes; the least recently used go first. */
  maxBytes: number;
  /** Most pixels an image may have. */
  maxPixels: number;
}

/** The engine. */
export interface InferenceEngine {
  /** h of each image that can be decoded, as one Float32Array each of length `dimensions`. */
  embed(model: string, images: Uint8Array[]): Promise<Outcome<Float32Array<ArrayBuffer>>[]>;
  /** What a head says of each input. @throws {ConflictError} If the model has no such head. */
  predict<Name extends Pretext>(
    model: string,
    pretext: Name,
    questions: Question<Name>[],
  ): Promise<Outcome<Answer<Name>>[]>;
  ntXent(request: NtXentRequest): Promise<NtXentResult>;
  /** Forgets a model that was deleted. */
  forget(model: string): void;
}

/** Makes an engine on the current backend. */
export function createInferenceEngine(options: InferenceOptions): InferenceEngine {
  const cache = new ModelCache(options.loadModel, options.maxBytes);
  const { maxPixels } = options;

  return {
    async embed(id, images) {
      const model = await cache.get(id);
      return await eachDecoded(model, images, maxPixels, async (input) => {
        const pooled = tf.tidy(() => model.encoder.apply(input).pooled);
        const values = await pooled.data<"float32">();
        pooled.dispose();
        const d = model.spec.dimensions;
        return Array.from(
          { length: input.shape[0] },
          (_, i) => new Float32Array(values.subarray(i * d, (i + 1) * d)),
        );
      });
    },
    async predict(id, pretext, questions) {
      const model = await cache.get(id);
      requireHead(model, id, pretext);
      return await PREDICTORS[pretext](model, questions, { maxPixels });
    },
    ntXent: ntXentForRequest,
    forget: (id) => void cache.forget(id),
  };
}

/** @throws {ConflictError} */
function requireHead(model: LoadedModel, id: string, name: Pretext): void {
  if (headFor(model.spec, name) !== undefined) return;
  const names = model.spec.objectives.map((objective) => objective.name);
  throw new ConflictError(
    `Cannot predict ${name}: the model ${id} was trained with ${names.join(" and ")} only; ` +
      `train one with ${name} as its objective or as an extra head`,
    { errors: [{ path: "model", rule: `must have a ${name} head`, value: id }] },
  );
}
