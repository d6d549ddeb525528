/**
 * Inference engine: what an embedder worker computes, with its models kept in memory.
 *
 * Calls may overlap: decoding is asynchronous, and each forward pass runs whole between two awaits.
 *
 * @module
 */
import { ConflictError, type Outcome } from "../errors.ts";
import type { Answer, Question } from "../schemas/pretexts.ts";
import type { NtXentRequest, NtXentResult } from "../schemas/nt_xent.ts";
import { headFor, type Pretext } from "../schemas/pretext.ts";
import { eachDecoded, type ImagesElsewhere } from "./each_decoded.ts";
import { type LoadedModel, type LoadModel, ModelCache } from "./model_cache.ts";
import { ntXentForRequest } from "./nt_xent_for_request.ts";
import { loadPredictor } from "./predictors/mod.ts";
import type { DecodeImages } from "./predictors/predictor.ts";
import { Stages } from "./stages.ts";
import { valuesOf } from "./values_of.ts";

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

/** The engine. What it is at is told to `stages`, if anyone wants to know. */
export interface InferenceEngine {
  /**
   * h of each image that can be decoded, `dimensions` numbers each; all are views of one buffer.
   * Images that are decoded elsewhere must be of the model's size and channels.
   *
   * @param wanted Awaited between decoding and the forward pass, which is not run if it rejects.
   */
  embed(
    model: string,
    images: Uint8Array[] | ImagesElsewhere,
    stages?: Stages,
    wanted?: () => Promise<void>,
  ): Promise<Outcome<Float32Array<ArrayBuffer>>[]>;
  /** What a head says of each input. @throws {ConflictError} If the model has no such head. */
  predict<Name extends Pretext>(
    model: string,
    pretext: Name,
    questions: Question<Name>[],
    stages?: Stages,
  ): Promise<Outcome<Answer<Name>>[]>;
  ntXent(request: NtXentRequest, stages?: Stages): Promise<NtXentResult>;
  /** Forgets a model that was deleted. */
  forget(model: string): void;
}

/** Makes an engine on the current backend. */
export function createInferenceEngine(options: InferenceOptions): InferenceEngine {
  const cache = new ModelCache(options.loadModel, options.maxBytes);
  const { maxPixels, decode } = options;
  const modelFor = (id: string, items: { length: number }, stages: Stages) =>
    cache.has(id) ? cache.get(id) : stages.run("load", items.length, () => cache.get(id));

  return {
    async embed(id, images, stages = new Stages(), wanted) {
      const model = await modelFor(id, images, stages);
      return await eachDecoded(model, images, { maxPixels, decode, stages }, async (input) => {
        await wanted?.();
        const values = await stages.run(
          "forward",
          input.shape[0],
          () => valuesOf(() => model.encoder.embed(input)),
        );
        // Of our own, whatever the backend's is: it moves to the other thread in one piece.
        const rows = new Float32Array(values);
        const d = model.spec.dimensions;
        return Array.from({ length: input.shape[0] }, (_, i) => rows.subarray(i * d, (i + 1) * d));
      });
    },
    async predict(id, pretext, questions, stages = new Stages()) {
      const model = await modelFor(id, questions, stages);
      requireHead(model, id, pretext);
      const predict = await loadPredictor(pretext);
      return await predict(model, questions, { maxPixels, decode, stages });
    },
    ntXent: (request, stages = new Stages()) =>
      stages.run("forward", request.embeddings.length, () => ntXentForRequest(request)),
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
