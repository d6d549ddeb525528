/** Adds a model that serves another block of one that is there. @module */
import { type Clock, systemClock } from "../clock.ts";
import type { Model } from "../schemas/model.ts";
import { newId } from "../schemas/name.ts";
import type { ServeBlockRequest } from "../schemas/serve_block.ts";
import { serveBlock } from "./serve_block.ts";

/** Where models are; `ModelStore` is one. */
export interface ModelShelf {
  /** @throws {NotFoundError} */
  resolve(reference: string): Promise<Model>;
  weights(id: string): Promise<Uint8Array<ArrayBuffer>>;
  add(model: Omit<Model, "bytes">, weights: Uint8Array<ArrayBuffer>): Promise<Model>;
}

/** What is to be served. */
export interface BlockModelRequest extends ServeBlockRequest {
  /** Of the new model. @default {a new one} */
  id?: string;
}

/**
 * The new model. It is of the same job, whose data are what it was trained on.
 *
 * @throws {NotFoundError} If there is no such model. @throws As {@linkcode serveBlock}.
 */
export async function addBlockModel(
  { from, block, name, id = newId("model") }: BlockModelRequest,
  models: ModelShelf,
  clock: Clock = systemClock,
): Promise<Model> {
  const model = await models.resolve(from);
  const source = { model, weights: await models.weights(model.id) };
  const { weights, ...made } = await serveBlock(source, block);
  const own = {
    id,
    name: name ?? made.name,
    job: model.job,
    createdAt: new Date(clock.now()).toISOString(),
  };
  return await models.add({ ...made, ...own }, weights);
}
