/** The collections there are, and how one is made. @module */
import type { Collection } from "../../src/schemas/collection.ts";
import type { Dataset } from "../../src/schemas/dataset.ts";
import type { Job } from "../../src/schemas/job.ts";
import type { Model } from "../../src/schemas/model.ts";
import { Cards } from "./cards.tsx";
import { thumbnail } from "./datasets.tsx";
import { count, counted } from "./format.ts";
import { IndexProgress } from "./index_progress.tsx";
import { Layout } from "./layout.tsx";
import { ModelChoice } from "./model_choice.tsx";

/** Thumbnails on a card. */
const THUMBNAILS = 6;

/** What {@linkcode CollectionsPage} takes. */
export interface CollectionsPageProps {
  /** Newest first, each with its last job. */
  collections: { collection: Collection; job: Job | null }[];
  datasets: Dataset[];
  models: Model[];
  aliases: { name: string; model: string }[];
  /** Name or id of the data set that the form begins with. */
  chosen: string | undefined;
}

/** All of them, and the form for a new one. */
export function CollectionsPage(props: CollectionsPageProps) {
  const { collections, datasets, models } = props;
  return (
    <Layout title="Collections" section="collections" scripts={["collections.js"]}>
      <div class="head">
        <div>
          <h1>Collections</h1>
          <p class="soft">
            Every picture of a data set as a vector, to find the alikes of any picture among them.
          </p>
        </div>
      </div>
      {collections.length > 0 && (
        <Cards>
          {collections.map(({ collection, job }) => (
            <CollectionCard
              collection={collection}
              job={job}
              dataset={datasets.find(({ id }) => id === collection.dataset)}
              model={models.find(({ id }) => id === collection.model)}
            />
          ))}
        </Cards>
      )}
      {datasets.length === 0 || models.length === 0
        ? (
          <p class="soft">
            One needs {datasets.length === 0 ? <a href="/datasets">a data set</a> : "a data set"}
            {" and "}
            {models.length === 0 ? <a href="/jobs/new">a model</a> : "a model"}.
          </p>
        )
        : <NewCollection {...props} />}
    </Layout>
  );
}

function CollectionCard({ collection, job, dataset, model }: {
  collection: Collection;
  job: Job | null;
  dataset: Dataset | undefined;
  model: Model | undefined;
}) {
  const { name } = collection;
  const items = dataset?.count ?? 0;
  const shown = Math.min(THUMBNAILS, items);
  const step = Math.max(1, Math.floor(items / THUMBNAILS));
  return (
    <article class="card">
      <ul class="thumbs strip" aria-hidden="true">
        {Array.from({ length: shown }, (_, i) => (
          <li>
            <img src={thumbnail(collection.dataset, i * step)} alt="" loading="lazy" />
          </li>
        ))}
      </ul>
      <h3>
        <a href={`/collections/${name}`}>{name}</a>
      </h3>
      <p class="soft small">
        {collection.model === null
          ? `${dataset?.name ?? collection.dataset}, not yet searchable`
          : `${counted(collection.count, "item")} of ${dataset?.name ?? collection.dataset}, by ${
            model?.name ?? collection.model
          }`}
      </p>
      <IndexProgress job={job} />
    </article>
  );
}

function NewCollection({ datasets, models, aliases, chosen }: CollectionsPageProps) {
  return (
    <form class="card" data-new-collection>
      <h2>Make a data set searchable</h2>
      <div class="fields">
        <p>
          <label for="collection-dataset">Data set</label>
          <select id="collection-dataset" name="dataset">
            {datasets.map(({ id, name, count: items }) => (
              <option value={id} data-name={name} selected={id === chosen || name === chosen}>
                {`${name} (${count(items)})`}
              </option>
            ))}
          </select>
          <span class="fault" data-fault="dataset"></span>
        </p>
        <p>
          <label for="collection-model">Model</label>
          <ModelChoice id="collection-model" models={models} aliases={aliases} />
          <span class="fault" data-fault="model"></span>
        </p>
        <p>
          <label for="collection-name">
            Name <span class="hint">(default: the data set's)</span>
          </label>
          <input id="collection-name" name="name" autocomplete="off" spellcheck={false} />
          <span class="fault" data-fault="name" role="status"></span>
        </p>
      </div>
      <button type="submit" class="primary">Embed them</button>
    </form>
  );
}
