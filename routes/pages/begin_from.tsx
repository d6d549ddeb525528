/** Where a new job begins: fresh weights or a model's, some of its stages frozen. @module */
import { blockDimensions } from "../../src/schemas/block_dimensions.ts";
import type { Model } from "../../src/schemas/model.ts";

/** The fields; `assets/begin_from.js` makes the request's part of them. */
export function BeginFrom({ models, chosen }: { models: Model[]; chosen: string | undefined }) {
  return (
    <fieldset>
      <legend>Where to begin</legend>
      <div class="fields">
        <div>
          <label for="from.model">
            Start from <span class="hint">its encoder; its image size, if you give none</span>
          </label>
          <select name="from.model" id="from.model">
            <option value="">fresh weights</option>
            {models.map(({ id, name, spec: { encoder, preprocessing: { size } } }) => (
              <option
                value={id}
                data-stages={blockDimensions(encoder).length}
                selected={id === chosen || name === chosen}
              >
                {`${name} (${encoder.name} of width ${encoder.width}, ${size}×${size} pixels)`}
              </option>
            ))}
          </select>
          <p class="fault" data-fault="from.model"></p>
        </div>
        <div>
          <label for="from.frozen">
            Frozen stages <span class="hint" data-stages-hint>kept as they are</span>
          </label>
          <input type="number" name="from.frozen" id="from.frozen" value="0" min="0" />
          <p class="fault" data-fault="from.frozen"></p>
        </div>
        <div>
          <label class="check">
            <input type="checkbox" name="from.heads" />{" "}
            Its heads too, where the objective is the same
          </label>
          <p class="fault" data-fault="from.heads"></p>
        </div>
      </div>
    </fieldset>
  );
}
