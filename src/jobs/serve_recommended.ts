/**
 * Has the block that a tournament recommends served: by the entry's own model where that is the last
 * one, else by a copy that serves it.
 *
 * @module
 */
import type { Model } from "../schemas/model.ts";
import type { Recommendation } from "../schemas/tournament.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { findById } from "./register_model.ts";

/** Adds a model of that id that serves another block of `from`: `src/export/add_block_model.ts`. */
export type ServeBlock = (request: { from: string; block: number; id: string }) => Promise<Model>;

/** What {@linkcode serveRecommended} needs. */
export interface ServeContext {
  models: Pick<ModelStore, "resolve">;
  serveBlock: ServeBlock;
}

/**
 * @param id The id that a copy is to have: if there is one of that id, it was made just before a
 * crash.
 * @returns The id of the model that serves the block.
 * @throws {NotFoundError} If the recommended model has been deleted meanwhile.
 */
export async function serveRecommended(
  { model, block, last }: Pick<Recommendation, "model" | "block" | "last">,
  id: string,
  { models, serveBlock }: ServeContext,
): Promise<string> {
  if (last) return (await models.resolve(model)).id;
  const made = await findById(id, models) ?? await serveBlock({ from: model, block, id });
  return made.id;
}
