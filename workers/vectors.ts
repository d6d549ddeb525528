/** Vector worker: the vectors of collections, searched off the main thread. @module */
import { serveWorker } from "../src/protocol/serve_worker.ts";
import { findClusters, findDuplicates } from "../src/search/analyse.ts";
import { type VectorProtocol, VECTORS } from "../src/search/vector_protocol.ts";
import { SqliteVectors } from "../src/stores/sqlite_vectors.ts";

// deno-lint-ignore require-await -- as a start may be
serveWorker<VectorProtocol>(VECTORS, async ({ path }) => {
  const store = SqliteVectors.open(path);
  return {
    ready: null,
    handlers: {
      create: (args) => store.create(...args),
      drop: (args) => store.drop(...args),
      spaces: () => store.spaces(),
      upsert: (args) => store.upsert(...args),
      remove: (args) => store.remove(...args),
      get: (args) => store.get(...args),
      list: (args) => store.list(...args),
      count: (args) => store.count(...args),
      search: (args) => store.search(...args),
      all: (args) => store.all(...args),
      duplicates: (request) => findDuplicates(store, request),
      clusters: (request) => findClusters(store, request),
    },
    listeners: {},
  };
});
