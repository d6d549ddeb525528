/** One collection: search among its items, near-duplicates, clusters, and what it holds. @module */
import type { Collection, CollectionItem } from "../../src/schemas/collection.ts";
import type { Dataset } from "../../src/schemas/dataset.ts";
import type { Job } from "../../src/schemas/job.ts";
import type { Model } from "../../src/schemas/model.ts";
import { PictureDrop } from "./explore.tsx";
import { count, counted, moment } from "./format.ts";
import { IndexProgress } from "./index_progress.tsx";
import { Layout } from "./layout.tsx";
import { ModelChoice } from "./model_choice.tsx";
import { Pager } from "./pager.tsx";

/** What {@linkcode CollectionPage} takes. */
export interface CollectionPageProps {
  collection: Collection;
  /** The one it was made from. */
  dataset: Dataset;
  models: Model[];
  aliases: { name: string; model: string }[];
  /** The last one. */
  job: Job | null;
  offset: number;
  limit: number;
  page: { total: number; items: CollectionItem[] };
}

/** The page; `assets/collection.js` brings it to life. */
export function CollectionPage(props: CollectionPageProps) {
  const { collection, dataset, models, job } = props;
  const { name } = collection;
  const searchable = collection.model !== null;
  return (
    <Layout
      title={name}
      section="collections"
      scripts={["collection.js"]}
      styles={["model.css"]}
    >
      <div class="head" data-collection={name} data-searchable={searchable ? "" : undefined}>
        <div>
          <h1>{name}</h1>
          <p class="soft">
            {searchable ? counted(collection.count, "item") : "Not yet searchable"}
            {", made "}
            {moment(collection.createdAt)}
          </p>
        </div>
        <div class="actions">
          <button type="button" data-delete>Delete</button>
        </div>
      </div>
      <IndexProgress job={job} />
      {searchable && (
        <>
          <Find dataset={dataset} />
          <Items {...props} />
          <Groups />
        </>
      )}
      <div class="columns">
        <section class="card">
          <h2>What it is</h2>
          <Facts collection={collection} dataset={dataset} models={models} />
        </section>
        <Reindex {...props} />
        {searchable && <AddPictures />}
      </div>
    </Layout>
  );
}

function Find({ dataset }: { dataset: Dataset }) {
  return (
    <section data-search aria-labelledby="find-heading">
      <h2 id="find-heading">Find alikes</h2>
      <div class="actions controls">
        <label>
          Of label <input data-label list="labels" placeholder="any" maxlength={200} />
        </label>
        <label>
          With metadata <input data-where placeholder='any; {"year": 2026}' spellcheck={false} />
        </label>
        <datalist id="labels">
          {Object.keys(dataset.classes).map((label) => <option value={label}></option>)}
        </datalist>
        <label>
          At most{" "}
          <select data-k>
            {[12, 24, 48, 96].map((k) => <option value={k} selected={k === 24}>{k}</option>)}
          </select>
        </label>
      </div>
      <PictureDrop
        name="find"
        text="Drop a picture anywhere on the page, or press one below, to find its alikes"
      />
      <figure class="asked" data-asked hidden>
        <img alt="The picture that is asked about" />
        <figcaption>
          <span data-about></span>
          <dl class="facts small" data-metadata></dl>
          <button type="button" data-remove hidden>Take it out of the collection</button>
        </figcaption>
      </figure>
      <p class="soft small" data-status role="status"></p>
      <ul class="alikes" data-alikes aria-label="Alikes, best first"></ul>
    </section>
  );
}

function Items({ collection: { name }, page, offset, limit }: CollectionPageProps) {
  return (
    <section aria-labelledby="items-heading">
      <h2 id="items-heading">Items</h2>
      <ul class="thumbs" data-items>
        {page.items.map(({ id, label, name: original, metadata }) => (
          <li>
            <button
              type="button"
              class="bare"
              data-item={JSON.stringify({ id, label, name: original, metadata })}
              title={original ?? id}
            >
              <img
                src={`/v1/collections/${name}/items/${encodeURIComponent(id)}/image`}
                alt={label === null ? original ?? id : `${label}, ${original ?? id}`}
                loading="lazy"
              />
            </button>
          </li>
        ))}
      </ul>
      {page.total === 0 && <p class="soft">It is empty.</p>}
      <Pager
        total={page.total}
        offset={offset}
        limit={limit}
        to={(n) => `/collections/${name}${n === 0 ? "" : `?offset=${n}`}`}
      />
    </section>
  );
}

function Groups() {
  return (
    <>
      <section data-duplicates aria-labelledby="duplicates-heading">
        <h2 id="duplicates-heading">Near-duplicates</h2>
        <form class="actions controls">
          <label>
            Cosine of at least <output data-value>0.950</output>
            <input type="range" name="threshold" min="0.5" max="1" step="0.005" value="0.95" />
          </label>
          <button type="submit">Look for them</button>
        </form>
        <p class="soft small" data-status role="status"></p>
        <div data-groups></div>
      </section>
      <section data-clusters aria-labelledby="clusters-heading">
        <h2 id="clusters-heading">Clusters</h2>
        <form class="actions controls">
          <label>
            How many{" "}
            <input type="number" name="k" min="1" max="256" value="8" required class="short" />
          </label>
          <button type="submit">Find clusters</button>
        </form>
        <p class="soft small" data-status role="status"></p>
        <div data-groups></div>
      </section>
    </>
  );
}

function Facts({ collection, dataset, models }: {
  collection: Collection;
  dataset: Dataset;
  models: Model[];
}) {
  const { model, digest, dimensions, job, jobState } = collection;
  return (
    <dl class="facts">
      <dt>Made from</dt>
      <dd>
        <a href={`/datasets/${dataset.id}`}>{dataset.name}</a>
      </dd>
      {model !== null && (
        <>
          <dt>Vectors of</dt>
          <dd>
            <a href={`/models/${model}`}>
              {models.find(({ id }) => id === model)?.name ?? model}
            </a>
          </dd>
          <dt>Its digest</dt>
          <dd>
            <code>{digest}</code>
          </dd>
          <dt>Dimensions</dt>
          <dd>{count(dimensions ?? 0)}</dd>
        </>
      )}
      {job !== null && jobState !== null && (
        <>
          <dt>Last job</dt>
          <dd>
            <a href={`/jobs/${job}`}>{jobState}</a>
          </dd>
        </>
      )}
    </dl>
  );
}

function Reindex({ models, aliases, collection }: CollectionPageProps) {
  const others = models.filter(({ id }) => id !== collection.model);
  if (others.length === 0) return null;
  const again = collection.model !== null;
  return (
    <form class="card" data-reindex>
      <h2>{again ? "Embed with another model" : "Embed it"}</h2>
      {again && (
        <p class="soft">
          The vectors there are answer until all new ones are there; then these do, from one search
          to the next. Items cannot be changed meanwhile.
        </p>
      )}
      <p>
        <label for="reindex-model">Model</label>
        <ModelChoice id="reindex-model" models={others} aliases={aliases} />
      </p>
      <button type="submit">Embed</button>
    </form>
  );
}

function AddPictures() {
  return (
    <form class="card" data-add>
      <h2>Add pictures</h2>
      <p>
        <label for="add-label">
          Label <span class="hint">(none)</span>
        </label>
        <input id="add-label" name="label" maxlength={200} autocomplete="off" />
      </p>
      <p>
        <label for="add-metadata">
          Metadata <span class="hint">(JSON, of each)</span>
        </label>
        <textarea
          id="add-metadata"
          name="metadata"
          rows={2}
          placeholder='{"year": 2026}'
          spellcheck={false}
        >
        </textarea>
      </p>
      <p class="fault" data-fault role="status"></p>
      <label class="button">
        Choose pictures
        <input class="visually-hidden" type="file" accept="image/*" multiple name="pictures" />
      </label>
      <p class="soft small" data-status role="status"></p>
    </form>
  );
}
