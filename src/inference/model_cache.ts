/**
 * Model cache: networks in memory, the least recently used dropped first when they exceed a limit.
 *
 * @module
 */
import { freezeEncoder, type FrozenEncoder } from "../encoders/frozen_encoder.ts";
import { createNetwork, type Network } from "../objectives/network.ts";
import { Random } from "../random.ts";
import { AugmentOptions } from "../schemas/recipe.ts";
import type { ModelSpec } from "../schemas/model.ts";
import { decodeSafetensors } from "../tensor/safetensors.ts";

/** A model ready to run. */
export interface LoadedModel {
  spec: ModelSpec;
  encoder: FrozenEncoder;
  /** The heads; the network's encoder is for training and not used here. */
  tasks: Network["tasks"];
  bytes: number;
  dispose(): void;
}

/** Reads a model from wherever models are kept. */
export type LoadModel = (
  id: string,
) => Promise<{ spec: ModelSpec; weights: Uint8Array<ArrayBuffer> }>;

/** Keeps models by id. */
export class ModelCache {
  readonly #load: LoadModel;
  readonly #maxBytes: number;
  /** In order of last use, the latest at the end; promises, so that two callers load once. */
  readonly #models = new Map<string, Promise<LoadedModel>>();
  #bytes = 0;

  constructor(load: LoadModel, maxBytes: number) {
    this.#load = load;
    this.#maxBytes = maxBytes;
  }

  /** Bytes of weights in memory, frozen ones included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the model is there, or on its way. */
  has(id: string): boolean {
    return this.#models.has(id);
  }

  /** The model, loaded if it is not there. @throws {NotFoundError} @throws {CorruptError} */
  async get(id: string): Promise<LoadedModel> {
    const present = this.#models.get(id);
    const model = present ?? this.#open(id);
    this.#models.delete(id);
    this.#models.set(id, model);
    try {
      const loaded = await model;
      if (present === undefined) await this.#evict(id);
      return loaded;
    } catch (error) {
      this.#models.delete(id);
      throw error;
    }
  }

  /** Drops a model; no error if it is not there. */
  async forget(id: string): Promise<void> {
    const model = this.#models.get(id);
    this.#models.delete(id);
    const loaded = await model?.catch(() => undefined);
    if (loaded === undefined) return;
    this.#bytes -= loaded.bytes;
    loaded.dispose();
  }

  async #open(id: string): Promise<LoadedModel> {
    const { spec, weights } = await this.#load(id);
    const { tensors } = decodeSafetensors(weights);
    // Fresh weights and augmentations are placeholders: `load` sets every weight, views are not drawn.
    const network = createNetwork(spec, AugmentOptions.parse({}), new Random(0));
    let encoder: FrozenEncoder;
    try {
      network.load(tensors);
      encoder = freezeEncoder(network.encoder, spec.block);
    } catch (error) {
      network.dispose();
      throw error;
    }
    const dispose = () => {
      encoder.dispose();
      network.dispose();
    };
    const bytes = weights.length + encoder.bytes;
    this.#bytes += bytes;
    return { spec, encoder, tasks: network.tasks, bytes, dispose };
  }

  /** Drops the longest unused until the rest fits; never the one just asked for. */
  async #evict(keep: string): Promise<void> {
    for (const id of [...this.#models.keys()]) {
      if (this.#bytes <= this.#maxBytes) return;
      if (id !== keep) await this.forget(id);
    }
  }
}
