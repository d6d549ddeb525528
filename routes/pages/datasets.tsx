/** The data sets there are. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";
import { Cards } from "./cards.tsx";
import { DropZone } from "./drop_zone.tsx";
import { bytes, count, countItems } from "./format.ts";
import { Layout } from "./layout.tsx";

/** Thumbnails on a card. */
const THUMBNAILS = 6;

/** Where an item's picture is: of a clip the first frame, any other is a frame of its own. */
export function thumbnail(dataset: string, index: number): string {
  return `/v1/datasets/${dataset}/items/${index}/frames/0`;
}

/** A data set at a glance. */
export function DatasetCard({ dataset }: { dataset: Dataset }) {
  const { id, name, classes } = dataset;
  const labels = Object.keys(classes).length;
  const step = Math.max(1, Math.floor(dataset.count / THUMBNAILS));
  const shown = Math.min(THUMBNAILS, dataset.count);
  return (
    <article class="card">
      <ul class="thumbs strip" aria-hidden="true">
        {Array.from({ length: shown }, (_, i) => (
          <li>
            <img src={thumbnail(id, i * step)} alt="" loading="lazy" />
          </li>
        ))}
      </ul>
      <h3>
        <a href={`/datasets/${id}`}>{name}</a>
      </h3>
      <p class="soft small">
        {`${countItems(dataset)}, ${bytes(dataset.bytes)}, `}
        {labels === 0 ? "no labels" : `${count(labels)} labels`}
      </p>
    </article>
  );
}

/** All data sets, newest first. */
export function DatasetsPage({ datasets }: { datasets: Dataset[] }) {
  return (
    <Layout title="Data sets" section="datasets" scripts={["upload.js"]}>
      <div class="head">
        <h1>Data sets</h1>
      </div>
      <Cards>
        {datasets.map((dataset) => <DatasetCard dataset={dataset} />)}
      </Cards>
      <DropZone
        heading={datasets.length === 0 ? "Drop your pictures here" : "Drop more pictures"}
      />
    </Layout>
  );
}
