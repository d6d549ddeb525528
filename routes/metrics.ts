/** Metrics, for Prometheus. @module */
import { createRoute } from "@hono/zod-openapi";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";
import { Verdict } from "../src/schemas/health.ts";
import { type Job, type JobProgress, JobState } from "../src/schemas/job.ts";
import type { Api } from "./api.ts";
import type { Access } from "./middleware/access_log.ts";
import { problems } from "./responses.ts";
import type { EmbedderService, Services } from "./services.ts";

export const metrics = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "metrics",
  tags: ["System"],
  summary: "Metrics in Prometheus' text format",
  responses: {
    200: {
      description: "The metrics",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems(),
  },
});

/** What the service counts. Each application has its own registry. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"method" | "route" | "status">;
  readonly #durations: Histogram<"method" | "route">;
  readonly #jobs: Services["jobs"];
  /** Running jobs as of the newest question: asked once for all figures about them. */
  #running: Promise<Job[]> = Promise.resolve([]);

  constructor(services: Services) {
    this.#jobs = services.jobs;
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: "alike_http_requests_total",
      help: "Requests answered",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.#durations = new Histogram({
      name: "alike_http_request_duration_seconds",
      help: "Time to the answer's headers",
      labelNames: ["method", "route"],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60],
      registers,
    });
    this.#addEmbedder(services.embedder);
    this.#addBatches(services.embedder);
    this.#addJobs(services);
    this.#addHealth();
    this.#addTraining();
    this.#addProcess(services.version);
  }

  /** Counts a request. */
  observe({ method, route, status, seconds }: Access): void {
    this.#requests.inc({ method, route, status: `${status}` });
    this.#durations.observe({ method, route }, seconds);
  }

  /** The route that answers them. */
  routes(api: Api): void {
    api.route(metrics, async (c) => {
      this.#running = this.#jobs.list({ state: "running", limit: 1000 });
      return c.text(await this.#registry.metrics(), 200, {
        "content-type": this.#registry.contentType,
      });
    });
  }

  #addEmbedder(embedder: EmbedderService): void {
    type Status = ReturnType<EmbedderService["status"]>;
    const counter = (name: keyof Status["counts"], help: string) => {
      new Counter({
        name: `alike_embedder_${name}_total`,
        help,
        registers: [this.#registry],
        collect() {
          this.reset();
          this.inc(embedder.status().counts[name]);
        },
      });
    };
    const gauge = (name: string, help: string, value: (status: Status) => number) => {
      new Gauge({
        name: `alike_embedder_${name}`,
        help,
        registers: [this.#registry],
        collect() {
          this.set(value(embedder.status()));
        },
      });
    };
    counter("requests", "Requests that reached the queue");
    counter("images", "Images that reached the queue");
    counter("batches", "Forward passes");
    counter("refused", "Requests refused because the queue was full");
    counter("dropped", "Requests dropped: client gone, or deadline passed");
    gauge("ready", "1 once every embedder has passed its self-test", (s) => Number(s.ready));
    gauge("workers", "Embedder workers", (s) => s.workers);
    gauge("queue_images", "Images that wait", (s) => s.queue.waiting);
    gauge("queue_capacity_images", "Images that may wait", (s) => s.queue.capacity);
    const total = (bytes: (number | null)[]) => bytes.reduce<number>((sum, n) => sum + (n ?? 0), 0);
    gauge(
      "tensor_bytes",
      "Tensors of all embedders",
      (s) => total(s.memory.map(({ tensorBytes }) => tensorBytes)),
    );
    gauge(
      "heap_bytes",
      "WASM heaps of all embedders",
      (s) => total(s.memory.map(({ heapBytes }) => heapBytes)),
    );
    gauge("drain_images_per_second", "Measured rate of answers", (s) => s.queue.drainPerSecond);
  }

  #addBatches(embedder: EmbedderService): void {
    const registers = [this.#registry];
    const sizes = new Histogram({
      name: "alike_embedder_batch_size_images",
      help: "Items of a batch",
      labelNames: ["operation"],
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers,
    });
    const stages = new Histogram({
      name: "alike_embedder_stage_duration_seconds",
      help: "Time of a batch: queue, until it starts; worker, from there until its results are " +
        "back; load, decode, forward and encode are parts of that",
      labelNames: ["operation", "stage"],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    });
    embedder.onBatch(({ operation, size, queueMs, workerMs, stages: times }) => {
      sizes.observe({ operation }, size);
      stages.observe({ operation, stage: "queue" }, queueMs / 1000);
      stages.observe({ operation, stage: "worker" }, workerMs / 1000);
      for (const stage in times) {
        stages.observe({ operation, stage }, times[stage as keyof typeof times]! / 1000);
      }
    });
  }

  #addJobs({ jobs }: Services): void {
    new Gauge({
      name: "alike_jobs",
      help: "Jobs by state",
      labelNames: ["state"],
      registers: [this.#registry],
      async collect() {
        const counts = await jobs.counts();
        for (const state of JobState.options) this.set({ state }, counts[state] ?? 0);
      },
    });
  }

  #addHealth(): void {
    const running = () => this.#running;
    new Gauge({
      name: "alike_jobs_running_by_verdict",
      help: "Running jobs by the verdict on their health",
      labelNames: ["verdict"],
      registers: [this.#registry],
      async collect() {
        const verdicts = (await running()).map(({ progress }) =>
          progress?.health?.verdict ?? "warming-up"
        );
        for (const verdict of Verdict.options) {
          this.set({ verdict }, verdicts.filter((one) => one === verdict).length);
        }
      },
    });
  }

  /** What running jobs last told. */
  #addTraining(): void {
    const running = () => this.#running;
    const gauge = (
      name: string,
      help: string,
      value: (progress: JobProgress) => number | undefined,
    ) =>
      new Gauge({
        name: `alike_training_${name}`,
        help,
        labelNames: ["job_id"],
        registers: [this.#registry],
        async collect() {
          this.reset();
          for (const { id, type, progress } of await running()) {
            const current = type === "train" && progress !== null ? value(progress) : undefined;
            if (current !== undefined) this.set({ job_id: id }, current);
          }
        },
      });
    gauge("loss", "Loss at the last report", ({ metrics }) => metrics["loss"]);
    gauge("views_per_second", "Speed at the last report", (progress) => progress.viewsPerSecond);
    gauge("step", "Steps done", ({ step }) => step);
    gauge("tensor_bytes", "Tensors of the trainer", ({ memory }) => memory?.tensorBytes);
    gauge("heap_bytes", "WASM heap of the trainer", ({ memory }) => memory?.heapBytes ?? undefined);
  }

  #addProcess(version: string): void {
    const registers = [this.#registry];
    new Gauge({ name: "alike_info", help: "1", labelNames: ["version"], registers })
      .set({ version }, 1);
    new Gauge({
      name: "process_start_time_seconds",
      help: "Start of the process since the epoch, seconds",
      registers,
    }).set(performance.timeOrigin / 1000);
    new Gauge({
      name: "process_resident_memory_bytes",
      help: "Resident memory of the process, bytes",
      registers,
      collect() {
        this.set(Deno.memoryUsage().rss);
      },
    });
    new Gauge({
      name: "alike_main_heap_used_bytes",
      help: "JavaScript heap in use of the main thread",
      registers,
      collect() {
        this.set(Deno.memoryUsage().heapUsed);
      },
    });
  }
}
