/** All that the routes need, in memory. @module */
import { type Config, readConfig } from "../../../src/config.ts";
import { createLogger } from "../../../src/log.ts";
import type { Services } from "../../../routes/services.ts";
import { FakeCollections } from "./fake_collections.ts";
import { FakeDatasets } from "./fake_datasets.ts";
import { FakeEmbedder } from "./fake_embedder.ts";
import { FakeJobs } from "./fake_jobs.ts";
import { FakeModels } from "./fake_models.ts";
import { FakeSessions } from "./fake_sessions.ts";

/** Services whose parts a test can reach into. */
export interface FakeServices extends Services {
  datasets: FakeDatasets;
  jobs: FakeJobs;
  sessions: FakeSessions;
  models: FakeModels;
  collections: FakeCollections;
  embedder: FakeEmbedder;
  /** Log lines, JSON. */
  lines: string[];
  /** Begins the graceful stop. */
  stop(): void;
}

/** Fresh services, without data sets, jobs or models. */
export function fakeServices(config: Partial<Config> = {}): FakeServices {
  const stopping = new AbortController();
  const lines: string[] = [];
  const datasets = new FakeDatasets();
  const models = new FakeModels();
  return {
    config: { ...readConfig({}), ...config },
    log: createLogger({ level: "debug", format: "json", write: (line) => lines.push(line) }),
    version: "1.2.3",
    datasets,
    jobs: new FakeJobs(datasets),
    sessions: new FakeSessions(models),
    models,
    collections: new FakeCollections(datasets, models),
    embedder: new FakeEmbedder(),
    stopping: stopping.signal,
    lines,
    stop: () => stopping.abort(),
  };
}
