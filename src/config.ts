/**
 * Every setting of the service, read once from the environment.
 *
 * The schema is the documentation: `README.md`'s table is checked against it by a test.
 *
 * @module
 */
import { z } from "zod";
import { type FieldError, InvalidError } from "./errors.ts";

const integer = (low: number, high: number) =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number)
    .pipe(z.number().int().min(low).max(high));

const list = z.string().transform((text) =>
  text.split(",").map((part) => part.trim()).filter((part) => part !== "")
);

const settings = {
  ALIKE_HOST: z.string().min(1).optional().describe(
    "Address to listen on. Default 127.0.0.1; another address needs ALIKE_API_KEYS",
  ),
  ALIKE_PORT: integer(0, 65535).default(8787).describe("Port to listen on; 0 picks a free one"),
  ALIKE_DATA_DIR: z.string().min(1).default(".alike").describe(
    "Folder of the database, data sets, checkpoints and models",
  ),
  ALIKE_API_KEYS: list.pipe(
    z.array(z.string().min(16, "each key must have at least 16 characters")),
  ).default([]).describe("Bearer keys, separated by commas; without any, loopback only"),
  ALIKE_BACKEND: z.enum(["auto", "wasm", "webgpu"]).default("auto").describe(
    "auto: WebGPU on a hardware adapter, else WASM. webgpu: also a software adapter",
  ),
  ALIKE_EMBEDDERS: integer(1, 64).default(1).describe("Embedder workers that answer requests"),
  ALIKE_TRAINERS: integer(0, 16).default(1).describe(
    "Jobs that run at the same time; 0 only serves",
  ),
  ALIKE_REPLICAS: integer(1, 64).optional().describe(
    "Most workers that share a training job's batch. Default: one a core",
  ),
  ALIKE_MAX_UPLOAD_BYTES: integer(1, 2 ** 40).default(4 * 2 ** 30).describe(
    "Largest upload of a data set or a model, bytes",
  ),
  ALIKE_MAX_BODY_BYTES: integer(1024, 2 ** 30).default(32 * 2 ** 20).describe(
    "Largest body of any other request, bytes",
  ),
  ALIKE_MAX_ITEMS: integer(1, 100_000_000).default(2_000_000).describe(
    "Most items a data set may have",
  ),
  ALIKE_MAX_PIXELS: integer(1, 2 ** 30).default(50_000_000).describe(
    "Most pixels (width times height) an image may have",
  ),
  ALIKE_MAX_QUEUE: integer(1, 1_000_000).default(1024).describe(
    "Images that may wait to be embedded before requests are answered 429",
  ),
  ALIKE_MAX_BATCH: integer(1, 4096).default(32).describe("Most images in one forward pass"),
  ALIKE_BATCH_WAIT_MS: integer(0, 1000).default(4).describe(
    "How long a request waits for others to share its forward pass, milliseconds",
  ),
  ALIKE_MODEL_CACHE_BYTES: integer(2 ** 20, 2 ** 40).default(512 * 2 ** 20).describe(
    "Weights an embedder keeps in memory, bytes",
  ),
  ALIKE_REQUEST_TIMEOUT_MS: integer(100, 3_600_000).default(60_000).describe(
    "Longest a request other than an upload or an event stream may take, milliseconds",
  ),
  ALIKE_CHECKPOINT_SECONDS: integer(1, 86_400).default(30).describe(
    "Time between a job's checkpoints, seconds",
  ),
  ALIKE_KEEP_CHECKPOINTS: integer(0, 1_000_000).default(20).describe(
    "Ended jobs that keep their checkpoint, to be extended: those that ended last",
  ),
  ALIKE_SHUTDOWN_MS: integer(500, 600_000).default(8_000).describe(
    "Longest a graceful stop may take, milliseconds",
  ),
  ALIKE_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info").describe(
    "Least level that is logged",
  ),
  ALIKE_LOG_FORMAT: z.enum(["text", "json"]).default("text").describe("Form of a log line"),
} as const;

const schema = z.object(settings);

/** The settings by name, for documentation. */
export const configSettings = settings;

/** The settings as the service uses them. */
export interface Config {
  host: string;
  port: number;
  dataDirectory: string;
  apiKeys: string[];
  backend: "auto" | "wasm" | "webgpu";
  embedders: number;
  trainers: number;
  replicas: number;
  maxUploadBytes: number;
  maxBodyBytes: number;
  maxItems: number;
  maxPixels: number;
  maxQueue: number;
  maxBatch: number;
  batchWaitMs: number;
  modelCacheBytes: number;
  requestTimeoutMs: number;
  checkpointSeconds: number;
  keepCheckpoints: number;
  shutdownMs: number;
  logLevel: "debug" | "info" | "warn" | "error";
  logFormat: "text" | "json";
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

/**
 * Reads the settings.
 *
 * @param env The environment; names that are not settings are ignored, but an unknown `ALIKE_…`
 * name is a fault (a misspelt setting that silently does nothing is worse).
 * @throws {InvalidError} With every fault at once.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given: Record<string, string> = {};
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("ALIKE_") || value === undefined) continue;
    if (name in settings) {
      if (value !== "") given[name] = value;
    } else if (!FOR_TOOLS.has(name)) {
      errors.push({ path: name, rule: "must be the name of a setting", value });
    }
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = String(issue.path[0]);
      const value = path === "ALIKE_API_KEYS" ? "(hidden)" : given[path];
      errors.push({ path, rule: issue.message, value });
    }
  }
  const host = parsed.data?.ALIKE_HOST ?? "127.0.0.1";
  if (parsed.success && parsed.data.ALIKE_API_KEYS.length === 0 && !LOOPBACK.has(host)) {
    errors.push({
      path: "ALIKE_HOST",
      rule: "must be a loopback address while ALIKE_API_KEYS is empty",
      value: host,
    });
  }
  if (!parsed.success || errors.length > 0) {
    const faults = errors.map((e) => `  ${e.path}: ${e.rule}, got ${JSON.stringify(e.value)}`);
    throw new InvalidError(`Cannot start: the environment has faults\n${faults.join("\n")}`, {
      errors,
    });
  }
  const data = parsed.data;
  return {
    host,
    port: data.ALIKE_PORT,
    dataDirectory: data.ALIKE_DATA_DIR,
    apiKeys: data.ALIKE_API_KEYS,
    backend: data.ALIKE_BACKEND,
    embedders: data.ALIKE_EMBEDDERS,
    trainers: data.ALIKE_TRAINERS,
    replicas: data.ALIKE_REPLICAS ?? navigator.hardwareConcurrency,
    maxUploadBytes: data.ALIKE_MAX_UPLOAD_BYTES,
    maxBodyBytes: data.ALIKE_MAX_BODY_BYTES,
    maxItems: data.ALIKE_MAX_ITEMS,
    maxPixels: data.ALIKE_MAX_PIXELS,
    maxQueue: data.ALIKE_MAX_QUEUE,
    maxBatch: data.ALIKE_MAX_BATCH,
    batchWaitMs: data.ALIKE_BATCH_WAIT_MS,
    modelCacheBytes: data.ALIKE_MODEL_CACHE_BYTES,
    requestTimeoutMs: data.ALIKE_REQUEST_TIMEOUT_MS,
    checkpointSeconds: data.ALIKE_CHECKPOINT_SECONDS,
    keepCheckpoints: data.ALIKE_KEEP_CHECKPOINTS,
    shutdownMs: data.ALIKE_SHUTDOWN_MS,
    logLevel: data.ALIKE_LOG_LEVEL,
    logFormat: data.ALIKE_LOG_FORMAT,
  };
}

/** Read by benchmarks and tests, not by the service. */
const FOR_TOOLS = new Set(["ALIKE_CIFAR10"]);
