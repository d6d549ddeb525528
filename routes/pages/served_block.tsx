/** Which block of its encoder a model serves, and a way to have another one served. @module */
import { blockDimensions } from "../../src/schemas/block_dimensions.ts";
import type { Model } from "../../src/schemas/model.ts";
import { servedBlock } from "../../src/schemas/served_block.ts";

/** The card; `assets/served_block.js` sends it. */
export function ServedBlock({ model: { id, spec } }: { model: Model }) {
  const { block: served, last } = servedBlock(spec);
  const others = blockDimensions(spec.encoder)
    .map((dimensions, block) => ({ block, dimensions }))
    .filter(({ block }) => block !== served);
  return (
    <form class="card" data-serve-block={id}>
      <h2>Served block</h2>
      <p>
        {`Block ${served} of 0 to ${last}${
          served === last ? ", the last" : ""
        }: ${spec.dimensions} `}
        dimensions.
      </p>
      <p class="soft small">
        What pretext tasks teach the last block is often too much theirs; one before it may tell
        pictures apart better. Evaluations judge the block that is served.
      </p>
      <label for="block">A model that serves</label>
      <div class="actions">
        <select id="block" name="block">
          {others.map(({ block, dimensions }) => (
            <option value={String(block)} selected={block === served - 1}>
              {`block ${block} (${dimensions} dimensions)`}
            </option>
          ))}
        </select>
        <button type="submit">Make it</button>
      </div>
      <p>
        <a href={`/jobs/new?from=${id}`}>Train on from this model</a>
      </p>
    </form>
  );
}
