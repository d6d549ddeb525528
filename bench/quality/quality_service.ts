/**
 * A service as a process of its own, with CIFAR-10 imported over HTTP, for the runs of
 * `deno task bench:quality`.
 *
 * @module
 */
import { AlikeClient, type JobInput } from "../../client.ts";
import { ProgressBar } from "../../scripts/demo/progress_bar.ts";
import type { Job } from "../../src/schemas/job.ts";
import type { JudgedModel, Model } from "../../src/schemas/model.ts";
import type { TournamentStanding } from "../../src/schemas/tournament.ts";
import { ServiceProcess } from "../../tests/support/service_process.ts";
import { firstItems } from "../service/first_items.ts";

/** Where `train.tar` and `validation.tar` are. */
export const CIFAR10 = Deno.env.get("ALIKE_CIFAR10") ??
  new URL("../../../shared/data/cifar10", import.meta.url).pathname;

/** Says a line. */
export const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

/** Says what a model's last evaluation job found out, but for the confusions. */
export function sayEvaluation({ evaluations: [last] }: JudgedModel): void {
  say(JSON.stringify(last!.results.map((result) => ({ ...result, confusion: null }))));
}

/** Held-out images, `validation.tar`. */
export const VALIDATION = "cifar10-validation";

/** What runs are made with. */
export class QualityService implements AsyncDisposable {
  readonly #process: ServiceProcess;
  readonly #client: AlikeClient;
  /** Removed at the end; undefined: where ALIKE_DATA_DIR says, and stays. */
  readonly #temporary: string | undefined;

  private constructor(process: ServiceProcess, client: AlikeClient, temporary?: string) {
    this.#process = process;
    this.#client = client;
    this.#temporary = temporary;
  }

  /** Starts it and imports the held-out images. With ALIKE_DATA_DIR its models stay there. */
  static async start(): Promise<QualityService> {
    const lasting = Deno.env.get("ALIKE_DATA_DIR");
    const temporary = lasting === undefined
      ? await Deno.makeTempDir({ prefix: "alike-quality-" })
      : undefined;
    const process = new ServiceProcess({ ALIKE_PORT: "0", ALIKE_DATA_DIR: lasting ?? temporary! });
    const client = new AlikeClient({ baseUrl: await process.url });
    await client.ensureDataset(
      VALIDATION,
      async () => (await Deno.open(`${CIFAR10}/validation.tar`)).readable,
    );
    return new QualityService(process, client, temporary);
  }

  /** The first `count` training images as a data set. @returns Its name. */
  async images(count: number): Promise<string> {
    const name = `cifar10-${count}`;
    const upload = () => Promise.resolve(firstItems(`${CIFAR10}/train.tar`, count));
    await this.#client.ensureDataset(name, upload);
    return name;
  }

  /** Runs a job to its end. @returns The model that it made or judged. */
  async run(request: JobInput): Promise<JudgedModel> {
    const { model } = await this.#toEnd(request);
    return await this.#client.model(model!) as JudgedModel;
  }

  /** Runs a tournament to its end. @returns How it stands then, and the models of its entries. */
  async tournament(
    request: Extract<JobInput, { type: "tournament" }>,
  ): Promise<{ standing: TournamentStanding; models: Model[] }> {
    const { id } = await this.#toEnd(request);
    const standing = await this.#client.tournament(id);
    const models = standing.entries.flatMap(({ model }) => model ?? []);
    return {
      standing,
      models: await Promise.all(models.map((model) => this.#client.model(model))),
    };
  }

  async #toEnd(request: JobInput): Promise<Job> {
    const { id } = await this.#client.submit(request);
    const bar = new ProgressBar();
    for await (const event of this.#client.events(id)) {
      if (event.type === "progress") bar.show(event.data);
      // What is done is seen, should the rest be cut off.
      if (event.type === "tournament") say(`\n${event.data.recommended?.verdict ?? ""}`);
    }
    bar.end();
    const job = await this.#client.job(id);
    if (job.state !== "succeeded") throw new Error(`the job ${job.state}: ${job.error?.message}`);
    return job;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
    await this.#process.ended();
    if (this.#temporary !== undefined) await Deno.remove(this.#temporary, { recursive: true });
  }
}
