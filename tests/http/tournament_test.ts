/**
 * A tournament against the real service as a process: entries become models, every block is ranked,
 * and a process that is killed between entries goes on where it was.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { pathToFileURL } from "node:url";
import type { Job, JobEvent } from "../../src/schemas/job.ts";
import type { JobLosses } from "../../src/schemas/job_extension.ts";
import type { JudgedModel, Model } from "../../src/schemas/model.ts";
import { TournamentStanding } from "../../src/schemas/tournament.ts";
import { openDatabase } from "../../src/stores/open.ts";
import { assertProblem } from "../support/http_client.ts";
import { png, ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const REQUEST = {
  type: "tournament",
  dataset: "shapes",
  name: "cup",
  objectives: ["rotation", { objective: "denoising-autoencoder", label: "noise" }],
  encoder: { name: "small_conv", width: 4 },
  batchSize: 16,
  steps: 4,
  evaluate: { queries: 30, bank: 60 },
};

async function toEnd(client: ServiceClient, id: string, after = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of client.events(id, after)) events.push(event);
  return events;
}

Deno.test("a tournament that is killed between entries goes on with the next one", () =>
  withTempDir(async (folder) => {
    const settings = {
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "2",
    };
    let id = "";
    let seen = 0;
    let first = "";
    {
      await using service = new ServiceProcess(settings);
      const client = new ServiceClient(await service.url);
      await client.import("shapes", 0, 160);
      ({ id } = await client.json<Job>("/v1/jobs", REQUEST));
      assertEquals(
        (await client.json<TournamentStanding>(`/v1/jobs/${id}/tournament`)).table,
        null,
      );
      for await (const event of client.events(id)) {
        if (event.type === "model") first = event.data.model;
        if (event.type !== "tournament" || !event.data.entries[0]!.judged) continue;
        seen = event.id;
        break;
      }
      service.kill("SIGKILL");
      await service.ended();
    }
    // Let the dead process's lease be over, instead of waiting for it.
    const database = await openDatabase(pathToFileURL(`${folder}/alike.db`).href);
    await database.run("UPDATE jobs SET lease_expires = 0 WHERE state = 'running'");
    await database.close();

    await using service = new ServiceProcess(settings);
    const client = new ServiceClient(await service.url);
    const events = await toEnd(client, id, seen);
    const job = await client.json<Job>(`/v1/jobs/${id}`);
    assertEquals(job.state, "succeeded", JSON.stringify(job.error));
    const begun = events.flatMap((event) => event.type === "log" ? [event.data.message] : [])
      .filter((message) => message.startsWith("entry "));
    assert(!begun.some((message) => message.includes("rotation")), begun.join("; "));
    const told = events.flatMap((event) => event.type === "progress" ? [event.data] : []);
    assert(told.every(({ fraction }) => fraction >= 1 / 2 && fraction <= 1));
    assertEquals(new Set(told.map(({ entry }) => entry?.label)), new Set(["noise"]));

    const standing = TournamentStanding.parse(await client.json(`/v1/jobs/${id}/tournament`));
    assertEquals(events.filter(({ type }) => type === "tournament").at(-1)!.data, standing);
    assertEquals(standing.entries.map(({ label }) => label), ["rotation", "noise"]);
    assert(standing.entries.every(({ judged, error }) => judged && error === null));
    assertEquals(standing.entries[0]!.model, first);
    await checkTable(client, standing);
    await checkServed(client, standing, job.model);
    await checkLosses(client, id);

    await refusals(client, job.model!);
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  }));

/** The last block's figures are those of the card, which a training job makes by itself. */
async function checkTable(
  client: ServiceClient,
  { entries, table, recommended }: TournamentStanding,
): Promise<void> {
  const { by, rows, pixels } = table!;
  assertEquals([by, rows.length], ["linear", 2 * 4]);
  for (const { model } of entries) {
    const { card, name, spec } = await client.json<JudgedModel>(`/v1/models/${model}`);
    assertMatch(name, /^cup-/);
    assertEquals([card.steps, card.batchSize], [REQUEST.steps, REQUEST.batchSize]);
    const last = rows.find((row) => row.model === model && row.last)!;
    assertEquals([last.block, last.dimensions], [3, spec.dimensions]);
    assertEquals(last.linear!.trained.value, card.linear!.trained.value);
    assertEquals(last.linear!.untrained.value, card.linear!.untrained.value);
    assertEquals(last.knn!.trained.value, card.evaluation!.trained.value);
    assertEquals(pixels.linear!.value, card.linear!.pixels.value);
    assertEquals(table!.queries, card.linear!.queries);
  }
  const values = rows.map(({ linear }) => linear!.trained.value);
  assertEquals(values, values.toSorted((a, b) => b - a));
  assertEquals([recommended!.model, recommended!.block], [rows[0]!.model, rows[0]!.block]);
  assertEquals(recommended!.score.value, Math.max(...values));
}

/** The alias answers with the recommended block, whichever that is. */
async function checkServed(
  client: ServiceClient,
  { recommended, served }: TournamentStanding,
  made: string | null,
): Promise<void> {
  const { model, block, last } = recommended!;
  const promoted = await client.json<Model>("/v1/models/default");
  assertEquals([served, made], [promoted.id, promoted.id]);
  assertEquals(promoted.id === model, last);
  assertEquals(promoted.spec.block ?? 3, block);
  const { data } = await client.json<{ data: { embedding: number[] }[] }>("/v1/embeddings", {
    input: `data:image/png;base64,${(await png(1)).toBase64()}`,
  });
  assertEquals(data[0]!.embedding.length, promoted.spec.dimensions);
}

/** What each entry's steps lost stays, though its checkpoints are gone. */
async function checkLosses(client: ServiceClient, id: string): Promise<void> {
  for (const entry of [0, 1]) {
    const { total } = await client.json<JobLosses>(`/v1/jobs/${id}/losses?entry=${entry}`);
    assertEquals(total, REQUEST.steps);
  }
  const losses = `${client.base}/v1/jobs/${id}/losses`;
  await assertProblem(await fetch(losses), { status: 422, path: "entry", rule: /0 to 1/ });
  await assertProblem(await fetch(`${losses}?entry=2`), { status: 422, path: "entry" });
}

async function refusals(client: ServiceClient, model: string): Promise<void> {
  const refuse = async (more: object, status: number, path: string, rule?: RegExp) =>
    await assertProblem(
      await fetch(`${client.base}/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...REQUEST, ...more }),
      }),
      { status, path, ...(rule === undefined ? {} : { rule }) },
    );
  await refuse({ dataset: "gone" }, 404, "dataset");
  await refuse({ evaluate: { dataset: "gone" } }, 404, "evaluate.dataset");
  await refuse({ objectives: [] }, 422, "objectives");
  await refuse({ objectives: ["sudoku"] }, 422, "objectives[0]");
  await refuse(
    { objectives: [{ objective: "rotation", recipe: { augment: { rotate90: 1 } } }] },
    422,
    "objectives[0].recipe.augment.rotate90",
    /for rotation/,
  );
  await refuse(
    { objectives: ["rotation", "simclr", "rotation"] },
    422,
    "objectives[2]",
    /very same/,
  );
  await refuse({ minutes: 1 }, 422, "minutes", /left out/);
  await refuse({ evaluate: false }, 422, "evaluate");
  await refuse({ batchSize: 500 }, 422, "batchSize", /at most 130/);
  // The models' own evaluation knows what the entry was trained on.
  const { id } = await client.json<Job>("/v1/jobs", {
    type: "evaluate",
    model,
    protocols: ["knn"],
  });
  await toEnd(client, id);
  assertEquals((await client.json<Job>(`/v1/jobs/${id}`)).state, "succeeded");
  await assertProblem(await fetch(`${client.base}/v1/jobs/${id}/tournament`), { status: 409 });
  const losses = `${client.base}/v1/jobs/${id}/losses`;
  await assertProblem(await fetch(`${losses}?entry=0`), {
    status: 422,
    path: "entry",
    rule: /no tournament/,
  });
}
