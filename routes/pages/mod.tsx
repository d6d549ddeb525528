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
import { document } from "./document.ts";
import { HomePage } from "./home.tsx";
import { JobPage } from "./job.tsx";
import { JobsPage } from "./jobs.tsx";
import { NewJobPage } from "./new_job.tsx";
import { ModelsPage } from "./models.tsx";

/** Pictures on a page of a data set. */
const PAGE = 120;
/** Most jobs that are listed. */
const JOBS = 100;

/** Registers the pages. */
export function pageRoutes(app: App, services: Services): void {
  const { datasets, jobs, models } = services;
  assetRoutes(app);

  app.get("/", async (c) => {
    const unfinished = ["running", "queued", "paused"] as const;
    const [sets, all, aliases, ...active] = await Promise.all([
      datasets.list(),
      models.list(),
      models.aliases(),
      ...unfinished.map((state) => jobs.list({ state, limit: JOBS })),
    ]);
    return document(
      c,
      <HomePage datasets={sets} jobs={active.flat()} models={all} aliases={aliases} />,
    );
  });

  app.get("/datasets", async (c) => document(c, <DatasetsPage datasets={await datasets.list()} />));
  app.get("/datasets/:id", async (c) => {
    const dataset = await datasets.get(c.req.param("id"));
    const label = c.req.query("label");
    const offset = Math.max(0, Math.trunc(Number(c.req.query("offset") ?? 0)) || 0);
    const page = await datasets.items(dataset.id, {
      offset,
      limit: PAGE,
      ...(label === undefined ? {} : { label }),
    });
    return document(
      c,
      <DatasetPage dataset={dataset} label={label} offset={offset} limit={PAGE} page={page} />,
    );
  });

  app.get("/jobs", async (c) => document(c, <JobsPage jobs={await jobs.list({ limit: JOBS })} />));
  app.get("/jobs/new", async (c) => {
    const page = <NewJobPage datasets={await datasets.list()} chosen={c.req.query("dataset")} />;
    return document(c, page);
  });
  app.get(
    "/jobs/:id",
    async (c) => document(c, <JobPage job={await jobs.get(c.req.param("id"))} />),
  );
  app.get("/models", async (c) => {
    const [all, aliases] = await Promise.all([models.list(), models.aliases()]);
    return document(c, <ModelsPage models={all} aliases={aliases} />);
  });
}
