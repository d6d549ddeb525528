/**
 * The whole main job against the real service as a process: import, train, follow, serve, and a
 * kill -9 in the middle of training.
 *
 * @module
 */
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import * as ort from "onnxruntime-node";
import OpenAI from "openai";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import type { JobPlan } from "../../src/schemas/job_plan.ts";
import type { Model } from "../../src/schemas/model.ts";
import { IMAGE_SIZE, png, ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { syntheticPixels } from "../support/synthetic_images.ts";
import { withTempDir } from "../support/temp_dir.ts";

const TRAIN = {
  type: "train",
  dataset: "shapes",
  encoder: { name: "small_conv", width: 4 },
  imageSize: IMAGE_SIZE,
  batchSize: 16,
  evaluate: { dataset: "shapes-test", queries: 40, bank: 120 },
};

function settings(folder: string): Record<string, string> {
  return {
    ALIKE_PORT: "0",
    ALIKE_DATA_DIR: folder,
    ALIKE_BACKEND: "wasm",
    ALIKE_REPLICAS: "2",
  };
}

async function withService(work: (client: ServiceClient) => Promise<void>) {
  await withTempDir(async (folder) => {
    await using service = new ServiceProcess(settings(folder));
    await work(new ServiceClient(await service.url));
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  });
}

Deno.test("images go in over HTTP, a model with three heads comes out and answers", async () => {
  await withService(async (client) => {
    await client.import("shapes", 0, 160);
    await client.import("shapes-test", 1000, 40);
    const plan = await client.json<JobPlan>("/v1/jobs/plan", { ...TRAIN, steps: 7, chunkSize: 8 });
    assertEquals([plan.replicas, plan.steps, plan.chunkSize], [2, 7, 8]);
    assert(plan.secondsPerStep! > 0 && plan.secondsPerStep! < 10, `${plan.secondsPerStep}`);
    const job = await client.json<Job>("/v1/jobs", {
      ...TRAIN,
      objective: { name: "simclr", temperature: 0.2 },
      heads: [
        { objective: { name: "rotation", rotations: 1 } },
        { objective: { name: "jigsaw", permutations: 4 } },
      ],
      steps: 20,
    });
    const events: JobEvent[] = [];
    for await (const event of client.events(job.id)) events.push(event);
    assertEquals(events.map(({ id }) => id), events.map((_, i) => i + 1));
    const last = events.at(-1)!;
    assertEquals(last.type === "state" && last.data.state, "succeeded", JSON.stringify(last));
    const replayed: number[] = [];
    for await (const { id } of client.events(job.id, 3)) replayed.push(id);
    assertEquals(replayed, events.map(({ id }) => id).filter((id) => id > 3));

    const model = await client.json<Model>("/v1/models/default");
    assertEquals(model.card.evaluation?.queries, 40);
    assertEquals(Object.keys(model.card.heads), ["simclr", "rotation", "jigsaw"]);

    const images = await Promise.all(
      [0, 1, 2, 4].map(async (i) => `data:image/png;base64,${(await png(2000 + i)).toBase64()}`),
    );
    const openai = new OpenAI({ baseURL: `${client.base}/v1`, apiKey: "none" });
    const request = { model: "default", input: images };
    const base64 = await openai.embeddings.create(request);
    const float = await openai.embeddings.create({ ...request, encoding_format: "float" });
    assertEquals(base64.data.length, 4);
    base64.data.forEach(({ embedding }, i) => {
      assertEquals(embedding.length, model.spec.dimensions);
      embedding.forEach((value, j) =>
        assertAlmostEquals(value, float.data[i]!.embedding[j]!, 1e-6)
      );
    });
    // One by one, each answer is the same as in the batch.
    for (const [i, input] of images.entries()) {
      const { data } = await openai.embeddings.create({ model: "default", input });
      data[0]!.embedding.forEach((value, j) =>
        assertLess(Math.abs(value - base64.data[i]!.embedding[j]!), 1e-5)
      );
    }

    const exported = await fetch(`${client.base}/v1/models/default/export?format=onnx`);
    assertEquals(exported.status, 200);
    const session = await ort.InferenceSession.create(
      new Uint8Array(await exported.arrayBuffer()),
      { logSeverityLevel: 3 },
    );
    const shape = [1, IMAGE_SIZE, IMAGE_SIZE, 3];
    const pixels = new ort.Tensor("uint8", syntheticPixels(2000, IMAGE_SIZE, 3), shape);
    const { h } = await session.run({ images: pixels });
    await session.release();
    const [unscaled] = (await client.json<{ data: { embedding: number[] }[] }>("/v1/embeddings", {
      input: images[0],
      normalize: false,
    })).data;
    unscaled!.embedding.forEach((value, i) => assertAlmostEquals(value, Number(h!.data[i]), 1e-4));

    const { similarity } = await client.json<{ similarity: number[][] }>("/v1/similarity", {
      input: images,
    });
    similarity.forEach((row, i) => assertAlmostEquals(row[i]!, 1, 1e-5));
    const rotation = await client.json<{ data: { probabilities: Record<string, number> }[] }>(
      "/v1/predict/rotation",
      { input: images[0] },
    );
    const { probabilities } = rotation.data[0]!;
    assertAlmostEquals(Object.values(probabilities).reduce((sum, p) => sum + p, 0), 1, 1e-5);
    const jigsaw = await client.json<{ permutation: number[]; restored: string }>(
      "/v1/predict/jigsaw",
      { input: images[0], shuffle: 2 },
    );
    assertEquals([...jigsaw.permutation].sort(), [0, 1, 2, 3]);
    assert(jigsaw.restored.startsWith("data:image/png;base64,"));
  });
});

Deno.test("a session is stepped by hand and its model serves", async () => {
  await withService(async (client) => {
    const session = await client.json<{ id: string }>("/v1/sessions", {
      encoder: { name: "small_conv", width: 4 },
      imageSize: 16,
    });
    const images = await Promise.all(
      Array.from({ length: 8 }, async (_, i) => (await png(i)).toBase64()),
    );
    const losses: number[] = [];
    for (let i = 0; i < 3; i++) {
      const step = await client.json<{ step: number; loss: number; gradientNorm: number }>(
        `/v1/sessions/${session.id}/steps`,
        { images },
      );
      assertEquals(step.step, i + 1);
      assert(step.gradientNorm > 0);
      losses.push(step.loss);
    }
    const pairs = images.slice(0, 4).map((image) => [image, image]);
    const views = await client.json<{ contrastiveAccuracy: number }>(
      `/v1/sessions/${session.id}/steps`,
      { views: pairs },
    );
    // Views that are the same image are each other's nearest.
    assertEquals(views.contrastiveAccuracy, 1);
    const model = await client.json<Model>(`/v1/sessions/${session.id}/save`, { name: "by-hand" });
    const { digest } = await client.json<{ digest: string }>("/v1/embeddings", {
      model: "by-hand",
      input: images[0],
    });
    assertEquals(digest, model.digest);
  });
});

Deno.test("a job goes on by itself after kill -9, and ends as if nothing had happened", () =>
  withTempDir(async (folder) => {
    const request = { ...TRAIN, steps: 60, checkpointSeconds: 0.1, promote: false };
    let id: string;
    {
      await using service = new ServiceProcess(settings(folder));
      const client = new ServiceClient(await service.url);
      await client.import("shapes", 0, 160);
      await client.import("shapes-test", 1000, 40);
      ({ id } = await client.json<Job>("/v1/jobs", request));
      for await (const event of client.events(id)) if (event.type === "checkpoint") break;
      service.kill("SIGKILL");
      await service.ended();
    }
    await using service = new ServiceProcess(settings(folder));
    const client = new ServiceClient(await service.url);
    const types: string[] = [];
    let resumed = "";
    for await (const event of client.events(id)) {
      types.push(event.type);
      if (event.type === "log" && /resumed after step/.test(event.data.message)) {
        resumed = event.data.message;
      }
    }
    assert(resumed !== "", types.join());
    const job = await client.json<Job>(`/v1/jobs/${id}`);
    assertEquals(job.state, "succeeded", JSON.stringify(job.error));
    const killed = await client.json<Model>(`/v1/models/${job.model}`);
    assertEquals(killed.card.steps, 60);
    // The same job undisturbed has the same weights, bit for bit: the digest says so.
    const again = await client.json<Job>("/v1/jobs", request);
    for await (const _ of client.events(again.id));
    const { model } = await client.json<Job>(`/v1/jobs/${again.id}`);
    const undisturbed = await client.json<Model>(`/v1/models/${model}`);
    assertEquals(killed.digest, undisturbed.digest);
  }));
