/** What the service says of itself. @module */
import { z } from "zod";

/** `GET /health`. */
export const Health = z.object({ status: z.literal("ok") })
  .meta({ id: "Health", example: { status: "ok" } });

/** `GET /ready`. */
export const Readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()).describe("Why it is not ready; empty if it is"),
  model: z.string().nullable().describe(
    "Id of the model the alias `default` points to. Null before the first model: then the service " +
      "is ready to train one, and embedding without naming a model answers 404",
  ),
}).meta({ id: "Readiness", example: { ready: true, reasons: [], model: null } });
export type Readiness = z.infer<typeof Readiness>;

/** `GET /info`. */
export const Info = z.object({
  name: z.literal("Alike"),
  version: z.string(),
  runtime: z.object({ deno: z.string(), v8: z.string(), typescript: z.string() }),
  backend: z.object({
    name: z.string(),
    reason: z.string().describe("Why this backend was chosen"),
    adapter: z.string(),
  }).nullable().describe("Null until the first embedder is up"),
  selfTest: z.array(z.object({
    kernel: z.string(),
    ok: z.boolean(),
    error: z.number().describe("Largest absolute difference from the reference"),
    message: z.string().nullable(),
  })),
  embedder: z.object({
    ready: z.boolean(),
    workers: z.int(),
    waiting: z.int().describe("Images in the queue"),
    drainPerSecond: z.number().describe("Images a second, measured"),
  }),
  models: z.int().describe("Models stored"),
  limits: z.object({
    uploadBytes: z.int(),
    bodyBytes: z.int(),
    itemsPerDataset: z.int(),
    pixelsPerImage: z.int(),
    imagesPerRequest: z.int(),
    queuedImages: z.int(),
    batchSize: z.int(),
    requestTimeoutMs: z.int(),
    jobsAtOnce: z.int(),
  }),
}).meta({ id: "Info" });
export type Info = z.infer<typeof Info>;
