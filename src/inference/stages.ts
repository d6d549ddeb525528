/** Stages: how long a batch is in each part of its way through an embedder, as figures and spans. @module */
import { AlikeError } from "../errors.ts";
import type { Stage, StageTimes } from "../schemas/stage_times.ts";
import type { Tracing } from "../tracing.ts";

/** The stages of one batch. */
export class Stages {
  /** So far. */
  readonly times: StageTimes = {};
  readonly #tracing: Tracing | undefined;

  /** @param tracing Makes spans, if there are to be any. */
  constructor(tracing?: Tracing) {
    this.#tracing = tracing;
  }

  /**
   * Runs a stage; one that comes again is added to the time, and is a span of its own.
   *
   * @param images How many it is about.
   */
  async run<T>(stage: Stage, images: number, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      if (this.#tracing === undefined) return await work();
      const span = this.#tracing.start(stage, { attributes: { "alike.images": images } });
      return await this.#tracing.during(span, work, stage === "decode" ? isNamed : undefined);
    } finally {
      this.times[stage] = (this.times[stage] ?? 0) + performance.now() - startedAt;
    }
  }
}

/** Decoding names what is wrong with an image, and fails by itself only in other ways. */
function isNamed(error: unknown): boolean {
  return error instanceof AlikeError;
}
