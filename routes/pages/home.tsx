/** The first page: what there is, and where to begin. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";
import type { Job } from "../../src/schemas/job.ts";
import type { Model } from "../../src/schemas/model.ts";
import { DatasetCard } from "./datasets.tsx";
import { DropZone } from "./drop_zone.tsx";
import { Explore } from "./explore.tsx";
import { JobRow } from "./jobs.tsx";
import { Layout } from "./layout.tsx";
import { ModelCard } from "./models.tsx";

/** Most of each kind that are shown. */
const SHOWN = 6;

/** Data sets, jobs that are not over, and models, newest first. */
export function HomePage(
  { datasets, jobs, models, aliases }: {
    datasets: Dataset[];
    jobs: Job[];
    models: Model[];
    aliases: { name: string; model: string }[];
  },
) {
  const fresh = datasets.length === 0;
  const ready = models.find(({ id }) =>
    aliases.some(({ name, model }) => name === "default" && model === id)
  );
  return (
    <Layout
      title="Overview"
      section="home"
      scripts={["upload.js", ...(ready === undefined ? [] : ["explore.js"])]}
      styles={["model.css"]}
    >
      <div class="head">
        <div>
          <h1>{fresh ? "Find the alike ones" : "Overview"}</h1>
          <p class="soft">
            An encoder is trained on your own pictures, without labels, on this machine; then it
            tells which of them are alike.
          </p>
        </div>
      </div>
      {fresh && <DropZone heading="Drop your pictures here" />}
      {ready !== undefined && <Explore model={ready} datasets={datasets} map={false} />}
      {jobs.length > 0 && (
        <section aria-labelledby="jobs-heading">
          <h2 id="jobs-heading">At work</h2>
          <div class="scroll" tabindex={0}>
            <table>
              <tbody>{jobs.map((job) => <JobRow job={job} />)}</tbody>
            </table>
          </div>
        </section>
      )}
      {models.length > 0 && (
        <section aria-labelledby="models-heading">
          <h2 id="models-heading">Models</h2>
          <div class="cards">
            {models.slice(0, SHOWN).map((model) => <ModelCard model={model} aliases={aliases} />)}
          </div>
        </section>
      )}
      {!fresh && (
        <section aria-labelledby="datasets-heading">
          <h2 id="datasets-heading">Data sets</h2>
          <div class="cards">
            {datasets.slice(0, SHOWN).map((dataset) => <DatasetCard dataset={dataset} />)}
          </div>
        </section>
      )}
      {!fresh && <DropZone heading="Drop more pictures" />}
    </Layout>
  );
}
