/** The service itself: is it alive, is it ready, what is it. @module */
import { createRoute } from "@hono/zod-openapi";
import { MAX_IMAGES } from "../src/schemas/image_input.ts";
import { Health, Info, Readiness } from "../src/schemas/info.ts";
import type { Api } from "./api.ts";
import { json, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const tags = ["System"];
const open = { security: [] };

export const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "health",
  tags,
  summary: "Whether the process is alive",
  ...open,
  responses: { 200: json(Health, "It is") },
});

export const ready = createRoute({
  method: "get",
  path: "/ready",
  operationId: "ready",
  tags,
  summary: "Whether requests can be answered",
  description:
    "The embedders are up and have passed their self-test, the database answers, and no " +
    "stop has begun.",
  ...open,
  responses: {
    200: json(Readiness, "They can"),
    503: json(Readiness, "They cannot; `reasons` says why"),
  },
});

export const info = createRoute({
  method: "get",
  path: "/info",
  operationId: "info",
  tags,
  summary: "Versions, backend, self-test, limits",
  responses: { 200: json(Info, "What this service is"), ...problems() },
});

/** Registers the routes. */
export function systemRoutes(api: Api, services: Services): void {
  const { config, embedder, models, stopping, version } = services;

  api.route(health, (c) => c.json({ status: "ok" as const }, 200));

  api.route(ready, async (c) => {
    const reasons: string[] = [];
    if (stopping.aborted) reasons.push("the service is stopping");
    const status = embedder.status();
    if (!status.ready) reasons.push(`embedder: ${status.reason ?? "not ready yet"}`);
    let model: string | null = null;
    try {
      model = (await models.aliases()).find(({ name }) => name === "default")?.model ?? null;
    } catch (error) {
      reasons.push("the database does not answer");
      services.log.error("readiness check failed", { error: String(error) });
    }
    const readiness = { ready: reasons.length === 0, reasons, model };
    return readiness.ready ? c.json(readiness, 200) : c.json(readiness, 503);
  });

  api.route(info, async (c) => {
    const { backend, selfTest, queue, ready, workers } = embedder.status();
    return c.json({
      name: "Alike" as const,
      version,
      runtime: { ...Deno.version },
      backend,
      selfTest,
      embedder: {
        ready,
        workers,
        waiting: queue.waiting,
        drainPerSecond: queue.drainPerSecond,
      },
      models: (await models.list()).length,
      limits: {
        uploadBytes: config.maxUploadBytes,
        bodyBytes: config.maxBodyBytes,
        itemsPerDataset: config.maxItems,
        pixelsPerImage: config.maxPixels,
        imagesPerRequest: Math.min(MAX_IMAGES, config.maxQueue),
        queuedImages: config.maxQueue,
        batchSize: config.maxBatch,
        requestTimeoutMs: config.requestTimeoutMs,
        jobsAtOnce: config.trainers,
      },
    }, 200);
  });
}
