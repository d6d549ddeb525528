/** One data set: its pictures by label, what was left out, and how views of it look. @module */
import type { Dataset, DatasetItem } from "../../src/schemas/dataset.ts";
import { thumbnail } from "./datasets.tsx";
import { bytes, count, countItems, moment } from "./format.ts";
import { Layout } from "./layout.tsx";
import { Pager } from "./pager.tsx";
import { Preview } from "./preview.tsx";

/** What the page is made from. */
export interface DatasetPageProps {
  dataset: Dataset;
  /** The label whose pictures are shown; undefined: all. */
  label: string | undefined;
  offset: number;
  limit: number;
  page: { total: number; items: DatasetItem[] };
}

/** The page. */
export function DatasetPage({ dataset, label, offset, limit, page }: DatasetPageProps) {
  const classes = Object.entries(dataset.classes);
  const address = (to: { label?: string | undefined; offset?: number }) => {
    const query = new URLSearchParams();
    if (to.label !== undefined) query.set("label", to.label);
    if (to.offset) query.set("offset", String(to.offset));
    return `/datasets/${dataset.id}${query.size > 0 ? `?${query}` : ""}`;
  };
  return (
    <Layout title={dataset.name} section="datasets" scripts={["dataset.js", "preview.js"]}>
      <div class="head">
        <div>
          <h1>{dataset.name}</h1>
          <p class="soft">
            {`${countItems(dataset)}, ${bytes(dataset.bytes)}, imported ${
              moment(dataset.createdAt)
            }`}
          </p>
        </div>
        <div class="actions">
          <a class="button primary" href={`/jobs/new?dataset=${dataset.id}`}>Train on it</a>
          <a class="button" href={`/collections?dataset=${dataset.id}`}>Make it searchable</a>
          <button type="button" data-delete={dataset.id} data-name={dataset.name}>Delete</button>
        </div>
      </div>
      {classes.length > 0 && (
        <nav class="labels" aria-label="Labels">
          <a href={address({})} aria-current={label === undefined ? "page" : undefined}>
            {`all ${count(dataset.count)}`}
          </a>
          {classes.map(([name, items]) => (
            <a
              href={address({ label: name })}
              aria-current={label === name ? "page" : undefined}
            >
              {`${name} ${count(items)}`}
            </a>
          ))}
        </nav>
      )}
      <section>
        <ul class="thumbs">
          {page.items.map((item) => (
            <li>
              <Thumbnail dataset={dataset.id} item={item} />
            </li>
          ))}
        </ul>
        <Pager
          total={page.total}
          offset={offset}
          limit={limit}
          to={(n) => address({ label, offset: n })}
        />
      </section>
      <Preview dataset={dataset.id} />
      {dataset.skippedCount > 0 && (
        <details class="card">
          <summary>{`${count(dataset.skippedCount)} left out`}</summary>
          <div class="scroll" tabindex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                {dataset.skipped.map(({ name, reason }) => (
                  <tr>
                    <td>{name}</td>
                    <td>{reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </Layout>
  );
}

/** A picture, or the first frame of a clip, which plays while it is pointed at. */
function Thumbnail({ dataset, item }: { dataset: string; item: DatasetItem }) {
  const { index, name, label, frames } = item;
  const path = `/v1/datasets/${dataset}/items/${index}`;
  return (
    <a
      href={`${path}/image`}
      title={frames === undefined ? name : `${name}, ${count(frames)} frames`}
      data-clip={frames === undefined ? undefined : `${path}/frames`}
      data-frames={frames}
    >
      <img
        src={thumbnail(dataset, index)}
        alt={label === null ? name : `${label}, ${name}`}
        loading="lazy"
      />
      {frames !== undefined && <span class="frame-count">{`${count(frames)} frames`}</span>}
    </a>
  );
}
