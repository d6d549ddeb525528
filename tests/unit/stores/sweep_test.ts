import { assertEquals } from "@std/assert";
import { sweep } from "../../../src/stores/sweep.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

Deno.test("a sweep deletes blobs without a row and nothing else", () =>
  withBlobs(async (blobs, folder) => {
    const keep = ["datasets/ds_1/manifest.jsonl", "models/model_1/a/b", "jobs/job_9/checkpoint"];
    const lose = ["datasets/ds_2/shard-00000.tar", "datasets/ds_2/manifest.jsonl", "models/ds_1/a"];
    for (const key of [...keep, ...lose]) await blobs.put(key, new Uint8Array(1));
    await Deno.writeTextFile(`${folder}/datasets/ds_1/shard-00001.tar~1-2`, "half");
    const known = { datasets: new Set(["ds_1"]), models: new Set(["model_1"]) };
    assertEquals(await sweep(blobs, known), ["datasets/ds_2", "models/ds_1"]);
    const left = [];
    for (const prefix of ["datasets", "models", "jobs"]) {
      left.push(...await Array.fromAsync(blobs.list(prefix)));
    }
    assertEquals(left.sort(), keep.sort());
    const files = await Array.fromAsync(Deno.readDir(`${folder}/datasets/ds_1`));
    assertEquals(files.map((file) => file.name), ["manifest.jsonl"]);
    assertEquals(await sweep(blobs, known), []);
  }));
