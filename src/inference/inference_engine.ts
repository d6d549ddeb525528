/**
 * Inference engine: what an embedder worker computes, with its models kept in memory.
 *
 * Calls may overlap: decoding is asynchronous, and each forward pass runs whole between two awaits.
 *
 * @module
 */
import { ConflictError, type Outcome } from "../errors.ts";
import type { Tracing } from "../tracing.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import { headFor, type Pretext } from "../schemas/pretext.ts";
import { eachDecoded } from "./each_decoded.ts";
import { type LoadedModel, type LoadModel, ModelCache } from "./model_cache.ts";
import { ntXentForRequest } from "./nt_xent_for_request.ts";
import { loadPredictor } from "./predictors/mod.ts";
import type { DecodeImages } from "./predictors/predictor.ts";

/** What the engine needs. */
export interface InferenceOptions {
  loadModel: LoadModel;
  /** Decodes images, best in another thread: it is done for one batch while the last one computes. */
  decode: DecodeImages;
  /** Weights kept in memory, bytes; the least recently used go first. */
  maxBytes: number;
  /** Most pixels an image may have. */
  maxPixels: number;
  /** Makes spans, if there are to be any. */
  tracing?: Tracing | undefined;
}

/** The engine. */
export interface InferenceEngine {
  /**
   * h of each image that can be decoded, `dimensions` numbers each; all are views of one buffer.
   *
   * @param wanted Awaited between decoding and the forward pass, which is not run if it rejects.
   */
  embed(
    model: string,
    images: Uint8Array[],
    wanted?: () => Promise<void>,
  ): Promise<Outcome<Float32Array<ArrayBuffer>>[]>;
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
  const { maxPixels, decode, tracing } = options;
  const limits = { maxPixels, decode, tracing };

  return {
    async embed(id, images, wanted) {
      const model = await cache.get(id);
      return await eachDecoded(model, images, limits, async (input) => {
        await wanted?.();
        const pooled = model.encoder.embed(input);
        const values = await pooled.data<"float32">();
        pooled.dispose();
        // Of our own, whatever the backend's is: it moves to the other thread in one piece.
        const rows = new Float32Array(values);
        const d = model.spec.dimensions;
        return Array.from({ length: input.shape[0] }, (_, i) => rows.subarray(i * d, (i + 1) * d));
      });
    },
    async predict(id, pretext, questions) {
      const model = await cache.get(id);
      requireHead(model, id, pretext);
      const predict = await loadPredictor(pretext);
      return await predict(model, questions, limits);
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
