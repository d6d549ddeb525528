/**
 * Which model serves a judged block: the entry's own the last one, a copy of it any other; and the
 * one that `default` points to.
 *
 * @module
 */
import { call } from "./api.js";

const DEFAULT = "default";

/** What is known of the models of a tournament. */
export class Serving {
  #models = new Map();
  #default = null;

  /** Asks the service anew. */
  async read() {
    const [models, aliases] = await Promise.all([call("/v1/models"), call("/v1/aliases")]);
    this.#models = new Map(models.data.map((model) => [model.id, model]));
    this.#default = aliases.data.find(({ name }) => name === DEFAULT)?.model ?? null;
  }

  /** Whether the entry's model is still there, to be served. */
  has({ model }) {
    return this.#models.has(model);
  }

  /** The id of the model that serves a block; null if none does yet. */
  of({ model, block, last }) {
    const own = this.#models.get(model);
    if (own === undefined || last) return own?.id ?? null;
    const copies = [...this.#models.values()].filter(({ job, name, spec }) =>
      job === own.job && spec.block === block && name === `${own.name}-block${block}`
    );
    return (copies.find(({ id }) => id === this.#default) ?? copies[0])?.id ?? null;
  }

  /** Whether requests that name no model are answered by that block. */
  isDefault(row) {
    const id = this.of(row);
    return id !== null && id === this.#default;
  }

  /** Points `default` to a model that serves the block, which is made if there is none. */
  async serve(row) {
    const json = { from: row.model, block: row.block };
    const id = this.of(row) ?? (await call("/v1/models", { json })).id;
    await call(`/v1/aliases/${DEFAULT}`, { method: "PUT", json: { model: id } });
    await this.read();
  }
}
