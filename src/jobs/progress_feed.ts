/**
 * Progress feed: what happens to a job, from any event on, without gaps or repetitions.
 *
 * Events are read from the store alone; what is live is only the news that there are more. So a
 * slow reader holds nothing in memory, and one that comes back later goes on where it was.
 *
 * @module
 */
import { type Clock, systemClock } from "../clock.ts";
import type { JobEvent } from "../schemas/job.ts";
import type { JobStore } from "../stores/job_store.ts";
import { hasEnded } from "./job_states.ts";

/** How many events are read at a time. */
const PAGE = 256;

/** How often to look without news: another process may run the job. */
const POLL_MS = 2000;

/** The events of all jobs. */
export class ProgressFeed {
  readonly #jobs: Pick<JobStore, "get" | "eventsAfter">;
  readonly #clock: Clock;
  /** Readers that wait for news of a job. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(jobs: Pick<JobStore, "get" | "eventsAfter">, clock: Clock = systemClock) {
    this.#jobs = jobs;
    this.#clock = clock;
  }

  /** Tells readers that a job has new events on record. */
  notify(job: string): void {
    for (const wake of this.#waiting.get(job) ?? []) wake();
  }

  /**
   * Events with an id above `after`: first those on record, then as they happen. Ends after the
   * job's last event, or when the signal fires.
   *
   * @throws {NotFoundError} If there is no such job.
   */
  async *events(job: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent, void> {
    let last = after;
    while (!signal.aborted) {
      // Before reading, or news in between would be missed.
      const news = this.#news(job, signal);
      try {
        const { state } = await this.#jobs.get(job);
        // The state first: whatever led to an ended state was on record by then.
        const page = await this.#jobs.eventsAfter(job, last, PAGE);
        for (const event of page) {
          if (signal.aborted) return;
          yield event;
          last = event.id;
        }
        if (page.length === PAGE) continue;
        if (hasEnded(state)) return;
        await news.arrived;
      } finally {
        news.stop();
      }
    }
  }

  /** Resolves at the next news, after a while, or when the signal fires. */
  #news(job: string, signal: AbortSignal): { arrived: Promise<void>; stop(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(job) ?? new Set();
    this.#waiting.set(job, waiting.add(resolve));
    const onAbort = () => resolve();
    signal.addEventListener("abort", onAbort);
    const stopTimer = this.#clock.schedule(POLL_MS, resolve);
    return {
      arrived: promise,
      stop: () => {
        stopTimer();
        signal.removeEventListener("abort", onAbort);
        waiting.delete(resolve);
        if (waiting.size === 0) this.#waiting.delete(job);
      },
    };
  }
}
