/** The client: what the service offers, with its types. @module */
import type { z } from "zod";
import type { Alias } from "../src/schemas/alias.ts";
import type { Dataset, DatasetItem } from "../src/schemas/dataset.ts";
import type { EmbeddingResponse } from "../src/schemas/embedding.ts";
import type { ExportFormatName } from "../src/schemas/export.ts";
import type { Job, JobEvent, JobRequest, TrainJob } from "../src/schemas/job.ts";
import type { JobPlan, Plan, PlanRequest, TournamentPlan } from "../src/schemas/job_plan.ts";
import type { JudgedModel, Model } from "../src/schemas/model.ts";
import type { NtXentRequest, NtXentResult } from "../src/schemas/nt_xent.ts";
import type { Pretext } from "../src/schemas/pretext.ts";
import type { SessionRequest, SessionStep } from "../src/schemas/session.ts";
import type { TournamentStanding } from "../src/schemas/tournament.ts";
import { type ImageSource, imageText } from "./image_source.ts";
import { largerChunks } from "./larger_chunks.ts";
import { RefusedError } from "./refused_error.ts";
import { serverEvents } from "./server_events.ts";
import { Transport, type TransportOptions } from "./transport.ts";

/** What a job is asked for with; the types of `POST /v1/jobs`. */
export type JobInput = z.input<typeof JobRequest>;
/** The same for a job that trains. */
export type TrainInput = Extract<JobInput, { type: "train" }>;

/** What is planned; the types of `POST /v1/jobs/plan`. */
export type PlanInput = z.input<typeof PlanRequest>;

/** How the client is made. */
export type AlikeClientOptions = TransportOptions;

/** Vectors of one model. */
export interface Embeddings {
  /** One for each image, in order. */
  vectors: Float32Array[];
  /** Name of the model. */
  model: string;
  /** Digest of the model: only vectors of equal digests compare. */
  digest: string;
}

/** Images in a request: enough for full batches, few enough for any body limit. */
const TOGETHER = 64;

/** Ends of a job. */
const ENDED = new Set<Job["state"]>(["succeeded", "failed", "cancelled"]);

/** Asks one service. Every method throws {@linkcode RefusedError} if it is refused. */
export class AlikeClient {
  readonly #transport: Transport;

  constructor(options: AlikeClientOptions = {}) {
    this.#transport = new Transport(options);
  }

  /**
   * Imports a tar, a zip, MNIST or CIFAR files.
   *
   * @param body A stream is sent as it comes, small chunks put together.
   */
  async importDataset(name: string, body: BodyInit, kind: Dataset["kind"] = "image") {
    const query = new URLSearchParams({ name, kind });
    const response = await this.#transport.send(`/v1/datasets?${query}`, {
      method: "POST",
      body: body instanceof ReadableStream ? body.pipeThrough(largerChunks()) : body,
    });
    return await response.json() as Dataset;
  }

  datasets(): Promise<Dataset[]> {
    return this.#list("/v1/datasets");
  }

  dataset(idOrName: string): Promise<Dataset> {
    return this.#transport.json("GET", `/v1/datasets/${encodeURIComponent(idOrName)}`);
  }

  /** The data set of that name, imported from what `body` gives if it is not there. */
  async ensureDataset(name: string, body: () => Promise<BodyInit>): Promise<Dataset> {
    try {
      return await this.dataset(name);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== "not_found") throw error;
      return await this.importDataset(name, await body());
    }
  }

  async deleteDataset(idOrName: string): Promise<void> {
    await this.#transport.json("DELETE", `/v1/datasets/${encodeURIComponent(idOrName)}`);
  }

  /** Some items, in order. */
  async items(
    idOrName: string,
    page: { offset?: number; limit?: number; label?: string } = {},
  ): Promise<DatasetItem[]> {
    const query = new URLSearchParams(
      Object.entries(page).map(([name, value]) => [name, String(value)]),
    );
    return await this.#list(`/v1/datasets/${encodeURIComponent(idOrName)}/items?${query}`);
  }

  /** An item's image. */
  async itemImage(idOrName: string, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const path = `/v1/datasets/${encodeURIComponent(idOrName)}/items/${index}/image`;
    return new Uint8Array(await (await this.#transport.send(path)).arrayBuffer());
  }

  /** Queues a job. */
  submit(request: TrainInput): Promise<TrainJob>;
  submit(request: JobInput): Promise<Job>;
  submit(request: JobInput): Promise<Job> {
    return this.#transport.json("POST", "/v1/jobs", request);
  }

  /** What a job would take, of memory and time, without submitting it. */
  plan(request: TrainInput): Promise<JobPlan>;
  plan(request: Extract<PlanInput, { type: "tournament" }>): Promise<TournamentPlan>;
  plan(request: PlanInput): Promise<Plan>;
  plan(request: PlanInput): Promise<Plan> {
    return this.#transport.json("POST", "/v1/jobs/plan", request);
  }

  job(id: string): Promise<Job> {
    return this.#transport.json("GET", `/v1/jobs/${id}`);
  }

  /** How a tournament stands: every judged block, the best first, and what is recommended. */
  tournament(id: string): Promise<TournamentStanding> {
    return this.#transport.json("GET", `/v1/jobs/${id}/tournament`);
  }

  jobs(state?: Job["state"]): Promise<Job[]> {
    return this.#list(state === undefined ? "/v1/jobs" : `/v1/jobs?state=${state}`);
  }

  /** Pauses, resumes or cancels a job. */
  control(id: string, action: "pause" | "resume" | "cancel"): Promise<Job> {
    return this.#transport.json("POST", `/v1/jobs/${id}/${action}`);
  }

  /**
   * What happens to a job, from the event after `after` to its end. A connection that breaks off is
   * made anew, and goes on after the last event that came.
   */
  async *events(id: string, after = 0): AsyncGenerator<JobEvent> {
    let last = after;
    for (;;) {
      const response = await this.#transport.send(`/v1/jobs/${id}/events?after=${last}`);
      try {
        for await (const { data } of serverEvents(response.body!)) {
          const event = JSON.parse(data) as JobEvent;
          last = event.id;
          yield event;
          if (event.type === "state" && ENDED.has(event.data.state)) return;
        }
      } catch (error) {
        // The service went away in mid-stream; `send` waits for it to come back.
        if (!(error instanceof TypeError)) throw error;
      }
    }
  }

  /** Waits until a job has ended. @throws {Error} If it did not succeed, with its reason. */
  async done(id: string): Promise<Job> {
    for await (const _ of this.events(id));
    const job = await this.job(id);
    if (job.state === "succeeded") return job;
    throw new Error(`the job ${job.state}${job.error === null ? "" : `: ${job.error.message}`}`);
  }

  /** Embeddings of images, of length 1 unless `normalize` is false. Many go in several requests. */
  async embed(
    images: ImageSource[],
    options: { model?: string; dimensions?: number; normalize?: boolean } = {},
  ): Promise<Embeddings> {
    const vectors: Float32Array[] = [];
    let [model, digest] = ["", ""];
    for (let start = 0; start < images.length; start += TOGETHER) {
      const input = await Promise.all(images.slice(start, start + TOGETHER).map(imageText));
      const answer = await this.#transport.json<EmbeddingResponse>("POST", "/v1/embeddings", {
        ...options,
        input,
        encoding_format: "base64",
      });
      if (digest !== "" && answer.digest !== digest) {
        throw new Error("the model changed between two requests; embed again");
      }
      ({ model, digest } = answer);
      for (const { embedding } of answer.data) vectors.push(floats(embedding as string));
    }
    return { vectors, model, digest };
  }

  /** Cosines between images: row i, column j is of `a[i]` and `b[j]`; among `a` without `b`. */
  async similarity(a: ImageSource[], b?: ImageSource[], model?: string): Promise<number[][]> {
    const uris = (images: ImageSource[]) => Promise.all(images.map(imageText));
    const body = b === undefined
      ? { input: await uris(a) }
      : { a: await uris(a), b: await uris(b) };
    const answer = await this.#transport.json<{ similarity: number[][] }>(
      "POST",
      "/v1/similarity",
      { ...body, ...(model === undefined ? {} : { model }) },
    );
    return answer.similarity;
  }

  /** What a pretext head says of images; the answer is the route's own, see `/docs`. */
  async predict<T>(
    pretext: Pretext,
    images: ImageSource[],
    options: Record<string, unknown> = {},
  ): Promise<T> {
    const uris = await Promise.all(images.map(imageText));
    const input = uris.length === 1 ? uris[0] : uris;
    return await this.#transport.json<T>("POST", `/v1/predict/${pretext}`, { ...options, input });
  }

  models(): Promise<Model[]> {
    return this.#list("/v1/models");
  }

  model(reference = "default"): Promise<JudgedModel> {
    return this.#transport.json("GET", `/v1/models/${encodeURIComponent(reference)}`);
  }

  /** Makes a model that serves another block of the encoder, 0 the one nearest the image. */
  serveBlock(from: string, block: number, name?: string): Promise<Model> {
    return this.#transport.json("POST", "/v1/models", {
      from,
      block,
      ...(name === undefined ? {} : { name }),
    });
  }

  /** A model as a file of that form. */
  async exportModel(
    reference: string,
    format: ExportFormatName,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const path = `/v1/models/${encodeURIComponent(reference)}/export?format=${format}`;
    return new Uint8Array(await (await this.#transport.send(path)).arrayBuffer());
  }

  /**
   * Makes a model of a file in the form `alike`; one of the same digest is not stored twice.
   *
   * @param name Instead of the one in the file.
   */
  async importModel(file: BodyInit, name?: string): Promise<Model> {
    const query = name === undefined ? "" : `?${new URLSearchParams({ name })}`;
    const response = await this.#transport.send(`/v1/models${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: file,
    });
    return await response.json() as Model;
  }

  aliases(): Promise<Alias[]> {
    return this.#list("/v1/aliases");
  }

  /** NT-Xent of embeddings of your own, with its gradient if asked for. */
  ntXent(request: z.input<typeof NtXentRequest>): Promise<NtXentResult> {
    return this.#transport.json("POST", "/v1/losses/nt-xent", request);
  }

  /** An interactive training run, stepped by {@linkcode step}. @returns Its id. */
  async startSession(request: z.input<typeof SessionRequest> = {}): Promise<string> {
    return (await this.#transport.json<{ id: string }>("POST", "/v1/sessions", request)).id;
  }

  /** One NT-Xent step on some images. */
  async step(session: string, images: ImageSource[]): Promise<SessionStep> {
    const body = { images: await Promise.all(images.map(imageText)) };
    return await this.#transport.json("POST", `/v1/sessions/${session}/steps`, body);
  }

  /** Keeps what a session has learned as a model. */
  saveSession(session: string, name: string): Promise<Model> {
    return this.#transport.json("POST", `/v1/sessions/${session}/save`, { name });
  }

  async endSession(session: string): Promise<void> {
    await this.#transport.json("DELETE", `/v1/sessions/${session}`);
  }

  async #list<T>(path: string): Promise<T[]> {
    return (await this.#transport.json<{ data: T[] }>("GET", path)).data;
  }
}

/** Float32, little-endian, as base64. */
function floats(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
