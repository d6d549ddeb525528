/** A model whose weights are in the blob store, before it has its row in the database. @module */
import type { ModelCard, ModelSpec } from "../schemas/model.ts";

/** What a worker says of a model it has stored. */
export interface StoredModel {
  id: string;
  spec: ModelSpec;
  card: ModelCard;
  /** SHA-256 over spec and weights, hex. */
  digest: string;
  /** Size of the weights. */
  bytes: number;
}
