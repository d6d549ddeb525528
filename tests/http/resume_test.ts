/**
 * A job of the real service, killed with -9 again and again at random moments, ends as one that
 * nobody touched: the same weights, the same loss at every step, the same verdict.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { Random } from "../../src/random.ts";
import { serverEvents } from "../../client/server_events.ts";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import type { JobLosses } from "../../src/schemas/job_extension.ts";
import type { Model } from "../../src/schemas/model.ts";
import { openDatabase } from "../../src/stores/open.ts";
import { encodePng } from "../../src/images/encode_png.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { syntheticPixels } from "../support/synthetic_images.ts";
import { withTempDir } from "../support/temp_dir.ts";

const SIZE = 16;
const IMAGES = 64;
const STEPS = 300;
const KILLS = 5;

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const answer = await response.json();
  assert(response.ok, `${url}: ${JSON.stringify(answer)}`);
  return answer;
}

async function importShapes(url: string): Promise<void> {
  const body = new FormData();
  for (let i = 0; i < IMAGES; i++) {
    const pixels = syntheticPixels(i, SIZE, 3);
    const png = await encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
    body.append("file", new Blob([png as Uint8Array<ArrayBuffer>]), `${i}.png`);
  }
  const response = await fetch(`${url}/v1/datasets?name=shapes`, { method: "POST", body });
  assertEquals(response.status, 201, await response.text());
}

/** What must not hang on interruptions. */
async function outcome(url: string, id: string) {
  const job = await json<Job>(`${url}/v1/jobs/${id}`);
  assertEquals(job.state, "succeeded", JSON.stringify(job.error));
  const { digest, card } = await json<Model>(`${url}/v1/models/${job.model}`);
  const { losses } = await json<JobLosses>(`${url}/v1/jobs/${id}/losses`);
  return { digest, losses, health: card.health, final: card.final };
}

/** Waits for the next report of training after an event. @returns Its id; 0 if the job has ended. */
async function trains(url: string, id: string, after: number): Promise<number> {
  const response = await fetch(`${url}/v1/jobs/${id}/events?after=${after}`);
  for await (const { data } of serverEvents(response.body!)) {
    const event: JobEvent = JSON.parse(data);
    if (event.type === "progress" && event.data.phase === "training") return event.id;
  }
  return 0;
}

async function ended(url: string, id: string): Promise<void> {
  const events = await fetch(`${url}/v1/jobs/${id}/events`);
  for await (const _ of events.body!);
}

/** Lets the dead process's lease be over, instead of waiting for it. */
async function expireLeases(folder: string): Promise<void> {
  const database = await openDatabase(pathToFileURL(`${folder}/alike.db`).href);
  await database.run("UPDATE jobs SET lease_expires = 0 WHERE state = 'running'");
  await database.close();
}

async function killAndCompare(replicas: number): Promise<void> {
  await withTempDir(async (folder) => {
    const settings = {
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: `${replicas}`,
    };
    const request = {
      type: "train",
      dataset: "shapes",
      objective: { name: "simclr", temperature: 0.2 },
      encoder: { name: "small_conv", width: 4 },
      imageSize: SIZE,
      batchSize: 32,
      steps: STEPS,
      checkpointSeconds: 0.1,
      promote: false,
    };
    const moments = new Random(replicas).stream("kills");
    let id = "";
    let seen = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      await using service = new ServiceProcess(settings);
      const url = await service.url;
      if (kill === 0) {
        await importShapes(url);
        ({ id } = await json<Job>(`${url}/v1/jobs`, request));
      }
      // Some time after it has begun to train; before the end, which is far.
      seen = await trains(url, id, seen);
      assert(seen > 0, `the job ended after ${kill} kills`);
      await new Promise((done) => setTimeout(done, moments.uniform(0, 120)));
      service.kill("SIGKILL");
      await service.ended();
      await expireLeases(folder);
    }
    await using service = new ServiceProcess(settings);
    const url = await service.url;
    await ended(url, id);
    const killed = await outcome(url, id);
    seen = (await json<{ data: JobEvent[] }>(`${url}/v1/jobs/${id}/metrics`)).data.at(-1)!.id;
    const again = await json<Job>(`${url}/v1/jobs`, request);
    await ended(url, again.id);
    const undisturbed = await outcome(url, again.id);
    assertEquals(undisturbed.losses.length, STEPS);
    assertEquals(killed, undisturbed);

    // Extended, and paused in the middle of that, both end alike again.
    for (const one of [id, again.id]) await json(`${url}/v1/jobs/${one}/extend`, { steps: 60 });
    await trains(url, id, seen);
    await json(`${url}/v1/jobs/${id}/pause`, {});
    await json(`${url}/v1/jobs/${id}/resume`, {});
    await Promise.all([ended(url, id), ended(url, again.id)]);
    const extended = await outcome(url, id);
    assertEquals(extended, await outcome(url, again.id));
    assertEquals(extended.losses.length, STEPS + 60);
    assertEquals(extended.losses.slice(0, STEPS), undisturbed.losses);
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  });
}

for (const replicas of [1, 2]) {
  Deno.test(
    `killed ${KILLS} times, paused and extended, a job of ${replicas} ${
      replicas === 1 ? "replica" : "replicas"
    } has the bits of an undisturbed one`,
    () => killAndCompare(replicas),
  );
}
