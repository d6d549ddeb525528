/**
 * Clips against the real service as a process: imported, looked at, learned from by two replicas,
 * judged as images, and put in order.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { encodePng } from "../../src/images/encode_png.ts";
import type { Job } from "../../src/schemas/job.ts";
import { FrameOrderResponse } from "../../src/schemas/predict/frame_order.ts";
import { ViewsPreview } from "../../src/schemas/views_preview.ts";
import { assertProblem, jsonOf } from "../support/http_client.ts";
import { makeAnimation } from "../support/make_clip.ts";
import { makeTar } from "../support/make_tar.ts";
import { ServiceClient } from "../support/service_client.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { withTempDir } from "../support/temp_dir.ts";

const SIZE = 16;
const FRAMES = 5;

/** A bar that moves on. */
function frame(clip: number, k: number): Promise<Uint8Array> {
  const pixels = new Uint8Array(SIZE * SIZE * 3).fill(2 * clip);
  for (let y = 0; y < SIZE; y++) {
    pixels.fill(200, 3 * (y * SIZE + 3 * k), 3 * (y * SIZE + 3 * k + 2));
  }
  return encodePng({ pixels, width: SIZE, height: SIZE, channels: 3 });
}

async function clips() {
  const entries = [];
  for (let clip = 0; clip < 58; clip++) {
    for (let k = 0; k < FRAMES; k++) {
      const name = `${clip % 2 === 0 ? "even" : "odd"}/${clip}/${k}.png`;
      entries.push({ name, bytes: await frame(clip, k) });
    }
  }
  for (const i of [1, 2]) {
    const bytes = await makeAnimation("gif", { greys: [0, 60 * i, 100, 140, 200] });
    entries.push({ name: `odd/${i}.gif`, bytes });
  }
  return makeTar(entries);
}

Deno.test("clips are imported, trained on by two replicas, judged as images and put in order", () =>
  withTempDir(async (folder) => {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: folder,
      ALIKE_BACKEND: "wasm",
      ALIKE_REPLICAS: "2",
    });
    const url = await service.url;
    const client = new ServiceClient(url);
    const upload = { method: "POST", body: await clips() };
    const dataset = await jsonOf(
      await fetch(`${url}/v1/datasets?name=clips&kind=clip`, upload),
      201,
    );
    assertEquals([dataset.kind, dataset.count], ["clip", 60]);
    await assertProblem(
      await fetch(`${url}/v1/datasets?name=other&kind=film`, { method: "POST", body: "x" }),
      { status: 422, path: "kind" },
    );
    const items = `${url}/v1/datasets/clips/items`;
    const { data } = await jsonOf(await fetch(`${items}?limit=1`));
    assertEquals([data[0].name, data[0].frames], ["even/0", FRAMES]);
    const picture = await fetch(`${items}/0/image`);
    assertEquals(picture.headers.get("content-type"), "image/png");
    assertEquals(await picture.bytes(), await frame(0, 0));
    const last = await fetch(`${items}/0/frames/${FRAMES - 1}`);
    assertEquals(await last.bytes(), await frame(0, FRAMES - 1));
    await assertProblem(await fetch(`${items}/0/frames/${FRAMES}`), { status: 404 });
    const preview = await fetch(`${url}/v1/datasets/clips/preview?items=2&views=1`);
    assertEquals((await preview.bytes()).subarray(1, 4), new TextEncoder().encode("PNG"));
    const triplets = await jsonOf(
      await fetch(`${url}/v1/datasets/clips/preview?objective=frame-order&items=16&format=json`),
    );
    for (const { panels: [original, ...shown] } of ViewsPreview.parse(triplets).rows) {
      assertEquals(original!.caption, "original");
      assertEquals(shown.map(({ caption }) => caption).sort(), ["in order", "out of order"]);
    }

    // One that learns from frames, beside one that takes clips for images.
    const { id } = await client.json<Job>("/v1/jobs", {
      type: "train",
      dataset: "clips",
      name: "order",
      objective: { name: "frame-order", frames: 4 },
      heads: [{ objective: "rotation" }],
      encoder: { name: "small_conv", width: 4 },
      batchSize: 8,
      steps: 4,
      evaluate: { queries: 10 },
    });
    for await (const event of client.events(id)) void event;
    const job = await client.json<Job>(`/v1/jobs/${id}`);
    assertEquals([job.error, job.state], [null, "succeeded"]);
    const model = await client.json<{ card: { heads: Record<string, object>; knn?: unknown } }>(
      "/v1/models/order",
    );
    assertEquals(Object.keys(model.card.heads), ["frame-order", "rotation"]);

    const form = new FormData();
    for (const k of [0, 2, 4]) {
      form.append("input", new Blob([await frame(1, k) as BlobPart]), `${k}`);
    }
    form.append("model", "order");
    const url3 = `${url}/v1/predict/frame-order`;
    const three = FrameOrderResponse.parse(
      await jsonOf(await fetch(url3, { method: "POST", body: form })),
    );
    assertEquals([three.frames, three.orders?.length], [3, 3]);
    const gif = (greys: number[]) => makeAnimation("gif", { greys });
    const send = async (body: Uint8Array<ArrayBuffer>) =>
      await fetch(`${url3}?model=order`, {
        method: "POST",
        headers: { "content-type": "image/gif" },
        body,
      });
    const six = FrameOrderResponse.parse(
      await jsonOf(await send(await gif([0, 40, 80, 120, 160, 200]))),
    );
    assertEquals([six.frames, six.orders], [6, null]);
    await assertProblem(await send(await gif([0, 200])), { status: 422, path: "input" });
    const cut = await assertProblem(await send(new Uint8Array(40)), { status: 422, path: "body" });
    assert(cut.detail.length > 0);
  }));
