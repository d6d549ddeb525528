/** Where a model's alikes are looked for; `assets/explore.js` brings it to life. @module */
import type { Child } from "hono/jsx";
import type { Dataset } from "../../src/schemas/dataset.ts";
import type { Model } from "../../src/schemas/model.ts";
import { count } from "./format.ts";

/** Most pictures that are compared in the browser. */
const LIMITS = [500, 1000, 2000];

/** Into how many clusters the map can be coloured: as many as there are colours at most. */
const CLUSTERS = [3, 5, 8, 10];

/** What {@linkcode Explore} takes. */
export interface ExploreProps {
  model: Model;
  /** The data sets there are. */
  datasets: Dataset[];
  /** Whether to draw a map. */
  map: boolean;
}

/** A picture's alikes among a data set's, and with `map` the map of these. */
export function Explore({ model, datasets, map }: ExploreProps) {
  return (
    <section data-explore={model.id} aria-labelledby="explore-heading">
      <h2 id="explore-heading">{map ? "Map and alikes" : "Find the alikes of a picture"}</h2>
      {datasets.length === 0 ? <p class="soft">There are no pictures to compare with.</p> : (
        <>
          <div class="actions controls">
            <label>
              Among{" "}
              <select data-dataset>
                {datasets.map(({ id, name, count: items }) => (
                  <option value={id} selected={id === model.card.dataset.id}>
                    {`${name} (${count(items)})`}
                  </option>
                ))}
              </select>
            </label>
            <label>
              At most{" "}
              <select data-limit>
                {LIMITS.map((limit) => <option value={limit}>{count(limit)}</option>)}
              </select>
            </label>
            {map && (
              <>
                <button type="button" data-pca>PCA</button>
                <button type="button" data-umap>UMAP</button>
                <label>
                  Colour by{" "}
                  <select data-colour>
                    <option value="">label</option>
                    {CLUSTERS.map((k) => <option value={k}>{`${k} clusters`}</option>)}
                  </select>
                </label>
              </>
            )}
          </div>
          <progress data-progress max="1" value="0" aria-label="Done" hidden></progress>
          <p class="soft small" data-status role="status"></p>
          {map && <MapCanvas />}
          <PictureDrop name="find" text="Drop a picture anywhere on the page to find its alikes" />
          <figure class="asked" data-asked hidden>
            <img alt="The picture that is asked about" />
            <figcaption></figcaption>
          </figure>
          <ul class="alikes" data-alikes aria-label="Alikes, best first"></ul>
        </>
      )}
    </section>
  );
}

/** A place for one picture, or for several; `data-<name>` marks it for its script. */
export function PictureDrop({ name, text, several = false, children, ...rest }: {
  name: string;
  text: string;
  several?: boolean;
  children?: Child;
  [attribute: string]: unknown;
}) {
  return (
    <div class="drop small-drop" {...{ [`data-${name}`]: true }} {...rest}>
      <p>{text}</p>
      <label class="button">
        {several ? "Choose pictures" : "Choose a picture"}
        <input class="visually-hidden" type="file" accept="image/*" multiple={several} />
      </label>
      {children}
    </div>
  );
}

function MapCanvas() {
  return (
    <div data-map hidden>
      <div class="map">
        <canvas
          data-canvas
          tabindex={0}
          role="application"
          aria-label="Map of pictures: arrow keys go from one to the next, Enter finds its alikes"
        >
        </canvas>
        <div class="tip" data-tip hidden>
          <img alt="" />
          <span></span>
        </div>
      </div>
      <p class="visually-hidden" data-under aria-live="polite"></p>
      <ul class="legend" data-legend aria-label="Colours"></ul>
    </div>
  );
}
