/**
 * The dashboard's pages: what they show is asked of the same services as the API's answers.
 *
 * @module
 */
import type { App } from "../context.ts";
import type { Services } from "../services.ts";
import { assetRoutes } from "./assets.ts";
import { DatasetPage } from "./dataset.tsx";
import { DatasetsPage } from "./datasets.tsx";
import { HomePage } from "./home.tsx";
import { JobPage } from "./job.tsx";
import { JobsPage } from "./jobs.tsx";
import { ModelPage } from "./model.tsx";
import { ModelsPage } from "./models.tsx";
import { NewJobPage } from "./new_job.tsx";
import { page } from "./page.tsx";
import { ServingPage } from "./serving.tsx";

/** Pictures on a page of a data set. */
const PAGE = 120;
/** Most jobs that are listed. */
const JOBS = 100;

/** Registers the pages. */
export function pageRoutes(app: App, services: Services): void {
  const { datasets, jobs, models } = services;
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
    const offset = Math.max(0, Math.trunc(Number(c.req.query("offset") ?? 0)) || 0);
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
  page(app, "/jobs/:id", async (c) => <JobPage job={await jobs.get(c.req.param("id")!)} />);

  page(app, "/models", async () => {
    const [all, aliases] = await Promise.all([models.list(), models.aliases()]);
    return <ModelsPage models={all} aliases={aliases} />;
  });
  page(app, "/models/:id", async (c) => {
    const model = await models.resolve(c.req.param("id")!);
    const [evaluations, aliases, sets] = await Promise.all([
      models.evaluations(model.id),
      models.aliases(),
      datasets.list(),
    ]);
    const names = aliases.filter((alias) => alias.model === model.id).map(({ name }) => name);
    return <ModelPage model={{ ...model, evaluations }} aliases={names} datasets={sets} />;
  });

  page(app, "/serving", () => <ServingPage />);
}
