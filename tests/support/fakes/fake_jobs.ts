/** Jobs in memory: they change state when told to, and only then. @module */
import { ConflictError, NotFoundError } from "../../../src/errors.ts";
import type { Job, JobEvent, JobRequest, JobState } from "../../../src/schemas/job.ts";
import type { JobExtension, JobLosses } from "../../../src/schemas/job_extension.ts";
import type { JobPlan, PlanRequest } from "../../../src/schemas/job_plan.ts";
import { newId } from "../../../src/schemas/name.ts";
import { recipePreset } from "../../../src/schemas/recipe_presets.ts";
import { resolveRecipe } from "../../../src/schemas/resolve_recipe.ts";
import type { TournamentStanding } from "../../../src/schemas/tournament.ts";
import type { DatasetService, JobService } from "../../../routes/services.ts";

const ENDED: JobState[] = ["succeeded", "failed", "cancelled"];

type EventBody = JobEvent extends infer Event
  ? Event extends JobEvent ? Omit<Event, "id" | "time"> : never
  : never;

/** Keeps jobs and their events. */
export class FakeJobs implements JobService {
  readonly #datasets: DatasetService;
  readonly #jobs = new Map<string, { job: Job; events: JobEvent[] }>();
  #changed = Promise.withResolvers<void>();
  /** Event streams that have not ended. */
  openStreams = 0;

  constructor(datasets: DatasetService) {
    this.#datasets = datasets;
  }

  async submit(request: JobRequest): Promise<Job> {
    if (request.type !== "train") throw new Error("the fake only trains");
    const dataset = await this.#datasets.get(request.dataset);
    const id = newId("job");
    const job: Job = {
      id,
      type: "train",
      state: "queued",
      spec: {
        type: "train",
        name: request.name ?? dataset.name,
        dataset: dataset.id,
        datasetName: "digits",
        evaluationDataset: null,
        objectives: [
          { spec: request.objective, weight: 1 },
          ...request.heads.map(({ objective, weight }) => ({ spec: objective, weight })),
        ],
        encoder: request.encoder ?? { name: "resnet8", width: 16 },
        preprocessing: { size: 32, channels: 3, mean: 0.5, standardDeviation: 0.25 },
        recipe: request.recipe === undefined
          ? recipePreset("simclr-cifar")
          : resolveRecipe(request.recipe, "simclr-cifar"),
        batchSize: request.batchSize,
        chunkSize: request.chunkSize,
        budget: { steps: request.steps ?? 10 },
        limit: request.limit ?? null,
        evaluate: null,
        seed: request.seed,
        checkpointSeconds: 30,
        promote: request.promote,
        autoStop: null,
        extensions: [],
      },
      attempt: 0,
      progress: null,
      error: null,
      model: null,
      createdAt: new Date(0).toISOString(),
      startedAt: null,
      finishedAt: null,
    };
    this.#jobs.set(id, { job, events: [] });
    this.setState(id, "queued");
    return job;
  }

  async tournament(id: string): Promise<TournamentStanding> {
    const { type } = await this.get(id);
    throw new ConflictError(
      `Cannot show how it stands: the job is no tournament, its type is ${type}, ${id}`,
    );
  }

  async plan(request: PlanRequest): Promise<JobPlan> {
    await this.#datasets.get(request.dataset);
    return {
      type: "train",
      batchSize: request.batchSize,
      chunkSize: request.chunkSize,
      replicas: 1,
      stepsPerEpoch: 1,
      steps: 10,
      epochs: 10,
      secondsPerStep: 0.5,
      trainingSeconds: 5,
      heapBytes: 2e7,
      heapLimitBytes: 4e9,
      pixelBytes: 3072,
      totalBytes: 20_003_072,
      warnings: [],
    };
  }

  list(filter: { state?: JobState; limit: number }): Promise<Job[]> {
    const jobs = [...this.#jobs.values()].map(({ job }) => job)
      .filter((job) => filter.state === undefined || job.state === filter.state);
    return Promise.resolve(jobs.reverse().slice(0, filter.limit));
  }

  counts(): Promise<Partial<Record<JobState, number>>> {
    const counts: Partial<Record<JobState, number>> = {};
    for (const { job } of this.#jobs.values()) counts[job.state] = (counts[job.state] ?? 0) + 1;
    return Promise.resolve(counts);
  }

  async get(id: string): Promise<Job> {
    return (await this.#get(id)).job;
  }

  pause = (id: string) => this.#control(id, ["queued", "running"], "paused");
  resume = (id: string) => this.#control(id, ["paused"], "queued");
  cancel = (id: string) => this.#control(id, ["queued", "running", "paused"], "cancelled");

  async extend(id: string, { steps = 10 }: JobExtension): Promise<Job> {
    const job = await this.#control(id, ["succeeded", "cancelled"], "queued");
    if (job.type !== "train") throw new ConflictError("Cannot extend the job: it is no training");
    job.spec = { ...job.spec, extensions: [...job.spec.extensions, { steps }] };
    return job;
  }

  async losses(id: string, from: number, limit: number): Promise<JobLosses> {
    await this.#get(id);
    const all = [3, 2, 1];
    return { from, total: all.length, losses: all.slice(from - 1, from - 1 + limit) };
  }

  async *events(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    const entry = await this.#get(id);
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.openStreams++;
    try {
      for (let next = after; !signal.aborted;) {
        const event = entry.events[next];
        if (event !== undefined) {
          yield event;
          next++;
          if (event.type === "state" && ENDED.includes(event.data.state)) return;
        } else {
          await Promise.race([this.#changed.promise, aborted]);
        }
      }
    } finally {
      this.openStreams--;
    }
  }

  async metrics(id: string, limit: number): Promise<JobEvent[]> {
    const { events } = await this.#get(id);
    return events.filter((event) => event.type === "progress").slice(0, limit);
  }

  /** Moves a job to a state, with its event. */
  setState(id: string, state: JobState): void {
    const { job } = this.#jobs.get(id)!;
    job.state = state;
    this.emit(id, { type: "state", data: { state } });
  }

  /** Puts an event on record. */
  emit(id: string, event: EventBody): void {
    const { events } = this.#jobs.get(id)!;
    events.push({ id: events.length + 1, time: new Date(0).toISOString(), ...event } as JobEvent);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  async #control(id: string, from: JobState[], to: JobState): Promise<Job> {
    const { job } = await this.#get(id);
    if (!from.includes(job.state)) {
      throw new ConflictError(`Cannot make the job ${to}: it is ${job.state}, ${id}`);
    }
    this.setState(id, to);
    return job;
  }

  #get(id: string) {
    const found = this.#jobs.get(id);
    return found === undefined
      ? Promise.reject(new NotFoundError(`Cannot find the job: no such id, ${id}`))
      : Promise.resolve(found);
  }
}
