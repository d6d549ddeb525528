/**
 * The application: middleware in its order, then the routes.
 *
 * @module
 */
import { OpenAPIHono } from "@hono/zod-openapi";
import { requestId } from "hono/request-id";
import { aliasRoutes } from "./aliases.ts";
import { Api } from "./api.ts";
import { collectionSearchRoutes } from "./collection_search.ts";
import { collectionRoutes } from "./collections.ts";
import type { App, AppEnv } from "./context.ts";
import { datasetPreviewRoutes } from "./dataset_preview.ts";
import { datasetRoutes } from "./datasets.ts";
import { docsRoutes } from "./docs/mod.tsx";
import { embeddingRoutes } from "./embeddings.ts";
import { FixedPathRouter } from "./fixed_path_router.ts";
import { jobRoutes } from "./jobs.ts";
import { lossRoutes } from "./losses.ts";
import { Metrics } from "./metrics.ts";
import { accessLog } from "./middleware/access_log.ts";
import { apiKeys } from "./middleware/api_keys.ts";
import { Keys } from "./middleware/keys.ts";
import { traceRequests } from "./middleware/trace_requests.ts";
import { securityHeaders } from "./middleware/security_headers.ts";
import { createModelRoutes } from "./create_model.ts";
import { modelRoutes } from "./models.ts";
import { noRoute } from "./no_route.ts";
import { loginRoutes } from "./pages/login.tsx";
import { pageRoutes } from "./pages/mod.tsx";
import { refusal } from "./pages/refusal.tsx";
import { predictRoutes } from "./predict/mod.ts";
import { promotionRoutes } from "./promotion.ts";
import { recipeRoutes } from "./recipes.ts";
import { requireLoopback } from "./require_loopback.ts";
import { requireSameSite } from "./require_same_site.ts";
import type { Services } from "./services.ts";
import { sessionRoutes } from "./sessions.ts";
import { similarityRoutes } from "./similarity.ts";
import { systemRoutes } from "./system.ts";

/** What {@linkcode createApp} may be told beside its services. */
export interface AppOptions {
  /** Time between the comments that keep an event stream open. @default {15000} */
  heartbeatMs?: number;
}

/** Makes the application. It holds no state of its own but its metrics. */
export function createApp(services: Services, options: AppOptions = {}): App {
  const { config, log } = services;
  const app: App = new OpenAPIHono<AppEnv>({ router: new FixedPathRouter() });
  const metrics = new Metrics(services);
  const keys = new Keys(config.apiKeys);
  const isOpen = config.apiKeys.length === 0;
  const identify = requestId();

  app.onError((error, c) => refusal(c, error, log));
  app.use((c, next) => {
    c.set("arrivedAt", Date.now());
    c.set("signal", c.req.raw.signal);
    return identify(c, next);
  });
  if (services.tracing !== undefined) app.use(traceRequests(services.tracing));
  app.use(accessLog(log, (access) => metrics.observe(access)));
  app.use(securityHeaders);
  app.use(async (c, next) => {
    try {
      requireSameSite(c);
      if (isOpen) requireLoopback(c);
      return await next();
    } catch (thrown) {
      // Hono's handler of errors is only for errors; anything may be thrown.
      return await refusal(c, thrown, log);
    }
  });
  if (!isOpen) app.use(apiKeys(keys));

  const api = new Api(app, config);
  datasetRoutes(api, services);
  datasetPreviewRoutes(api, services);
  recipeRoutes(api);
  jobRoutes(api, services, options.heartbeatMs ?? 15_000);
  sessionRoutes(api, services);
  lossRoutes(api, services);
  embeddingRoutes(api, services);
  similarityRoutes(api, services);
  predictRoutes(api, services);
  modelRoutes(api, services);
  createModelRoutes(api, services);
  aliasRoutes(api, services);
  promotionRoutes(api, services);
  collectionRoutes(api, services);
  collectionSearchRoutes(api, services);
  systemRoutes(api, services);
  metrics.routes(api);
  docsRoutes(app, services.version);
  loginRoutes(app, keys);
  pageRoutes(app, services);
  app.notFound(noRoute(app));
  return app;
}
