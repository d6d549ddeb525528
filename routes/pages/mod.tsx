/**
 * The dashboard's pages: what they show is asked of the same services as the API's answers.
 *
 * @module
 */
import type { Collection } from "../../src/schemas/collection.ts";
import type { Job } from "../../src/schemas/job.ts";
import type { App, AppContext } from "../context.ts";
import type { Services } from "../services.ts";
import { assetRoutes } from "./assets.ts";
import { CollectionPage } from "./collection.tsx";
import { CollectionsPage } from "./collections.tsx";
import { DatasetPage } from "./dataset.tsx";
import { DatasetsPage } from "./datasets.tsx";
import { HomePage } from "./home.tsx";
import { JobPage } from "./job.tsx";
import { JobsPage } from "./jobs.tsx";
import { ModelPage } from "./model.tsx";
import { ModelsPage } from "./models.tsx";
import { DEFAULT } from "./names.tsx";
import { NewJobPage } from "./new_job.tsx";
import { NewTournamentPage } from "./new_tournament.tsx";
import { page } from "./page.ts";
import { ServingPage } from "./serving.tsx";

/** Pictures on a page of a data set. */
const PAGE = 120;
/** Most changes of an alias that are listed. */
const CHANGES = 20;
/** Most jobs that are listed. */
const JOBS = 100;

/** Registers the pages. */
export function pageRoutes(app: App, services: Services): void {
  const { collections, datasets, jobs, models } = services;
  assetRoutes(app);

  page(app, "/", async () => {
    const unfinished = ["running", "queued", "paused"] as const;
    const [sets, all, aliases, ...active] = await Promise.all([
      datasets.list(),
      models.list(),
      models.aliases(),
      ...unfinished.map((state) => jobs.list({ state, limit: JOBS })),
    ]);
    return <HomePage datasets={sets} jobs={active.flat()} models={all} aliases={aliases} />;
  });

  page(app, "/datasets", async () => <DatasetsPage datasets={await datasets.list()} />);
  page(app, "/datasets/:id", async (c) => {
    const dataset = await datasets.get(c.req.param("id")!);
    const label = c.req.query("label");
    const offset = offsetOf(c);
    const items = await datasets.items(dataset.id, {
      offset,
      limit: PAGE,
      ...(label === undefined ? {} : { label }),
    });
    return (
      <DatasetPage dataset={dataset} label={label} offset={offset} limit={PAGE} page={items} />
    );
  });

  page(app, "/jobs", async () => <JobsPage jobs={await jobs.list({ limit: JOBS })} />);
  page(
    app,
    "/jobs/new",
    async (c) => (
      <NewJobPage
        datasets={await datasets.list()}
        chosen={c.req.query("dataset")}
        models={await models.list()}
        from={c.req.query("from")}
        more={c.req.query("more")}
      />
    ),
  );
  page(
    app,
    "/jobs/new/tournament",
    async (c) => (
      <NewTournamentPage datasets={await datasets.list()} chosen={c.req.query("dataset")} />
    ),
  );
  page(app, "/jobs/:id", async (c) => <JobPage job={await jobs.get(c.req.param("id")!)} />);

  page(app, "/models", async () => {
    const [all, aliases] = await Promise.all([models.list(), models.aliases()]);
    return <ModelsPage models={all} aliases={aliases} />;
  });
  page(app, "/models/:id", async (c) => {
    const model = await models.resolve(c.req.param("id")!);
    const [evaluations, aliases, sets, all] = await Promise.all([
      models.evaluations(model.id),
      models.aliases(),
      datasets.list(),
      models.list(),
    ]);
    const here = aliases.filter((alias) => alias.model === model.id).map(({ name }) => name);
    const told = aliases.filter(({ name }) => here.includes(name) || name === DEFAULT);
    const past = await Promise.all(told.map(async ({ name: alias }) => ({
      alias,
      changes: await models.aliasHistory(alias, CHANGES),
    })));
    return (
      <ModelPage
        model={{ ...model, evaluations }}
        aliases={here}
        datasets={sets}
        past={past}
        names={new Map(all.map(({ id, name }) => [id, name]))}
      />
    );
  });

  page(app, "/collections", async (c) => {
    const [all, sets, ready, aliases] = await Promise.all([
      collections.list(),
      datasets.list(),
      models.list(),
      models.aliases(),
    ]);
    const withJobs = await Promise.all(
      all.map(async (collection) => ({ collection, job: await jobOf(services, collection) })),
    );
    return (
      <CollectionsPage
        collections={withJobs}
        datasets={sets}
        models={ready}
        aliases={aliases}
        chosen={c.req.query("dataset")}
      />
    );
  });
  page(app, "/collections/:name", async (c) => {
    const collection = await collections.get(c.req.param("name")!);
    const offset = offsetOf(c);
    const searchable = collection.model !== null;
    const [dataset, ready, aliases, job, items] = await Promise.all([
      datasets.get(collection.dataset),
      models.list(),
      models.aliases(),
      jobOf(services, collection),
      searchable ? collections.items(collection.name, offset, PAGE) : { total: 0, items: [] },
    ]);
    return (
      <CollectionPage
        collection={collection}
        dataset={dataset}
        models={ready}
        aliases={aliases}
        job={job}
        offset={offset}
        limit={PAGE}
        page={items}
      />
    );
  });

  page(app, "/serving", () => <ServingPage />);
}

/** Where a page of a list begins; anything that is no such place is the beginning. */
function offsetOf(c: AppContext): number {
  const asked = Math.trunc(Number(c.req.query("offset") ?? 0));
  return asked > 0 && asked <= 2 ** 31 ? asked : 0;
}

/** The last job of a collection, if it was ever queued. */
async function jobOf({ jobs }: Services, { job, jobState }: Collection): Promise<Job | null> {
  return job === null || jobState === null ? null : await jobs.get(job);
}
