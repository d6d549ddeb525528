/** The few calls of the API that the demo makes. @module */
import type { Dataset } from "../../src/schemas/dataset.ts";
import type { Job, JobEvent, TrainJob } from "../../src/schemas/job.ts";
import type { Model } from "../../src/schemas/model.ts";
import { serverEvents } from "./event_stream.ts";

/** Talks to a service. Every method throws with the problem's detail if it is refused. */
export class DemoClient {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async #json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(this.#base + path, init);
    const body = await response.json();
    if (!response.ok) {
      throw new Error(`${init?.method ?? "GET"} ${path}: ${body.detail ?? response.status}`);
    }
    return body as T;
  }

  /** The data set of that name, imported by `upload` if it is not there. */
  async dataset(name: string, upload: () => Promise<BodyInit>): Promise<Dataset> {
    const present = await fetch(`${this.#base}/v1/datasets/${name}`);
    if (present.ok) return await present.json();
    await present.body?.cancel();
    return await this.#json<Dataset>(`/v1/datasets?name=${name}&kind=image`, {
      method: "POST",
      body: await upload(),
    });
  }

  /** Queues a job that trains. */
  submit(job: Record<string, unknown>): Promise<TrainJob> {
    return this.#json<TrainJob>("/v1/jobs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(job),
    });
  }

  /** Events until the job has ended. */
  async *events(job: string): AsyncGenerator<JobEvent> {
    const response = await fetch(`${this.#base}/v1/jobs/${job}/events`);
    if (!response.ok || response.body === null) {
      throw new Error(`GET events: ${response.status} ${await response.text()}`);
    }
    for await (const event of serverEvents(response.body)) {
      yield JSON.parse(event.data) as JobEvent;
    }
  }

  job(id: string): Promise<Job> {
    return this.#json<Job>(`/v1/jobs/${id}`);
  }

  model(reference: string): Promise<Model> {
    return this.#json<Model>(`/v1/models/${reference}`);
  }
}
