/**
 * Recipes against the real service as a process: previewed, refused where the data cannot fill a
 * batch, trained with.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { encodePng } from "../../src/images/encode_png.ts";
import type { TrainJob } from "../../src/schemas/job.ts";
import { assertProblem, jsonOf } from "../support/http_client.ts";
import { makeTar } from "../support/make_tar.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { syntheticPixels } from "../support/synthetic_images.ts";
import { withTempDir } from "../support/temp_dir.ts";

const SIZE = 24;
const RECIPE = {
  preset: "simclr-cifar",
  augment: {
    crop: { area: [0.3, 1] },
    blur: { probability: 1 },
    sobel: 0.2,
    noise: { probability: 1 },
    cutout: { probability: 1 },
  },
  optimizer: { learningRate: 1e-3 },
};

Deno.test("ten images are previewed, refused for too large a batch, and trained on", async () => {
  const entries = await Promise.all(Array.from({ length: 10 }, async (_, i) => ({
    name: `${i}.png`,
    bytes: await encodePng({
      pixels: syntheticPixels(i, SIZE, 3),
      width: SIZE,
      height: SIZE,
      channels: 3,
    }),
  })));
  await withTempDir(async (folder) => {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "1",
    });
    const url = await service.url;
    const post = (path: string, body: unknown) =>
      fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const upload = { method: "POST", body: makeTar(entries) };
    await jsonOf(await fetch(`${url}/v1/datasets?name=ten`, upload), 201);

    const query = new URLSearchParams({ recipe: JSON.stringify(RECIPE), items: "3", views: "2" });
    const byQuery = await fetch(`${url}/v1/datasets/ten/preview?${query}`);
    assertEquals(byQuery.status, 200);
    const byBody = await post("/v1/datasets/ten/preview", { recipe: RECIPE, items: 3, views: 2 });
    const picture = await byBody.bytes();
    assertEquals(picture, await byQuery.bytes());
    const size = new DataView(picture.buffer, 16, 8);
    // Three cells of 84 (28 three times) and their gaps.
    assertEquals([size.getUint32(0), size.getUint32(4)], [3 * 86 + 8, 3 * 86 + 2]);

    const train = { type: "train", dataset: "ten", encoder: { name: "small_conv", width: 4 } };
    for (const batchSize of [256, 11]) {
      await assertProblem(await post("/v1/jobs", { ...train, batchSize }), {
        status: 422,
        path: "batchSize",
        rule: "must be at most 10: the data set has 10 items",
        value: batchSize,
      });
    }
    const { id } = await jsonOf(
      await post("/v1/jobs", { ...train, recipe: RECIPE, batchSize: 5, steps: 3 }),
      202,
    );
    await (await fetch(`${url}/v1/jobs/${id}/events`)).text();
    const job: TrainJob = await jsonOf(await fetch(`${url}/v1/jobs/${id}`));
    assertEquals([job.state, job.error], ["succeeded", null]);
    const { augment, optimizer } = job.spec.recipe;
    assertEquals(augment.crop, { area: [0.3, 1], aspect: [3 / 4, 4 / 3] });
    assertEquals([optimizer.name, optimizer.learningRate], ["adam", 1e-3]);
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0);
  });
});
