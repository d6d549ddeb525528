/**
 * Job trace: a run of a job as a span, with what it told as events of it. A job that is interrupted
 * and goes on has a span for each run.
 *
 * @module
 */
import type { Span } from "@opentelemetry/api";
import type { LogFields } from "../log.ts";
import type { Job } from "../schemas/job.ts";
import type { NewJobEvent } from "../stores/job_store.ts";
import type { Tracing } from "../tracing.ts";
import type { Intent } from "./settle_job.ts";
import type { RunEnd } from "./settle_job.ts";

/** A run's span, or none. */
export class JobTrace {
  readonly #tracing: Tracing | undefined;
  readonly #span: Span | undefined;

  /** The run begins. It has a trace of its own: it outlives the request that asked for it. */
  constructor(tracing: Tracing | undefined, { id, type, attempt }: Job) {
    this.#tracing = tracing;
    this.#span = tracing?.start(`job ${type}`, {
      parent: null,
      attributes: { "alike.job.id": id, "alike.job.type": type, "alike.job.attempt": attempt },
    });
  }

  /** What every log line of the run holds. */
  get fields(): LogFields {
    return this.#span === undefined ? {} : { traceId: this.#span.spanContext().traceId };
  }

  /** Runs `work` as part of it. */
  within<T>(work: () => T): T {
    if (this.#tracing === undefined || this.#span === undefined) return work();
    return this.#tracing.within(this.#span, work);
  }

  /** Something that happened once in a while; progress is for the metrics. */
  note(event: NewJobEvent): void {
    if (this.#span === undefined) return;
    if (event.type === "checkpoint") {
      this.#span.addEvent("checkpoint", { "alike.step": event.data.step });
    } else if (event.type === "evaluation" || event.type === "verdict") {
      this.#span.addEvent(event.type);
    }
  }

  /** The run has ended. */
  end(end: RunEnd | undefined, intent: Intent | undefined): void {
    if (this.#tracing === undefined || this.#span === undefined) return;
    if (end !== undefined) this.#span.setAttribute("alike.job.end", end.type);
    if (intent !== undefined) this.#span.setAttribute("alike.job.reason", intent);
    // One that was stopped on purpose has not failed.
    if (end !== undefined && "error" in end && intent === undefined) {
      this.#tracing.fail(this.#span, end.error);
    }
    this.#span.end();
  }
}
