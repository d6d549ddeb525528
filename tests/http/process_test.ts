/** The whole service as a process: how it starts, refuses to start, stops, and starts again. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { jsonOf, PIXEL_BYTES } from "../support/http_client.ts";
import { ServiceProcess } from "../support/service_process.ts";

async function withDirectory(use: (settings: Record<string, string>) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    // Without trainers a job stays queued: what is tested is the process around it.
    await use({ ALIKE_PORT: "0", ALIKE_DATA_DIR: directory, ALIKE_TRAINERS: "0" });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function importCats(url: string): Promise<void> {
  const body = new FormData();
  for (const name of ["a", "b"]) {
    body.append("file", new Blob([PIXEL_BYTES], { type: "image/png" }), `${name}.png`);
  }
  await jsonOf(await fetch(`${url}/v1/datasets?name=cats`, { method: "POST", body }), 201);
}

Deno.test("faults of the environment are told together, and the process ends", async () => {
  await using service = new ServiceProcess({
    ALIKE_PORT: "many",
    ALIKE_HSOT: "x",
    ALIKE_MAX_BATCH: "0",
  });
  assertEquals(await service.ended(), 1);
  for (const name of ["ALIKE_PORT", "ALIKE_HSOT", "ALIKE_MAX_BATCH"]) {
    assertStringIncludes(service.log, name);
  }
  assert(!service.log.includes("    at "), "no stack");
});

Deno.test("a data directory or a port that is taken ends the process with the reason", async () => {
  await withDirectory(async (settings) => {
    await using first = new ServiceProcess(settings);
    const url = await first.url;
    await using second = new ServiceProcess(settings);
    assertEquals(await second.ended(), 1);
    assertStringIncludes(second.log, "Cannot use the data directory: process ");
    await withDirectory(async (others) => {
      const { port } = new URL(url);
      await using third = new ServiceProcess({ ...others, ALIKE_PORT: port });
      assertEquals(await third.ended(), 1);
      assertStringIncludes(third.log, `another process has the port, ${port} of 127.0.0.1`);
    });
    assertEquals(await jsonOf(await fetch(`${url}/health`)), { status: "ok" });
  });
});

Deno.test("a stopped service ends its event streams, exits with 0, and finds all again", async () => {
  await withDirectory(async (settings) => {
    let id: string;
    {
      await using service = new ServiceProcess(settings);
      const url = await service.url;
      await importCats(url);
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ type: "train", dataset: "cats", steps: 1, batchSize: 2 });
      ({ id } = await jsonOf(
        await fetch(`${url}/v1/jobs`, { method: "POST", headers, body }),
        202,
      ));
      const events = await fetch(`${url}/v1/jobs/${id}/events`);
      const text = events.text();
      service.kill("SIGTERM");
      assertEquals(await service.ended(), 0, service.log);
      assertStringIncludes(await text, '"queued"');
      assertStringIncludes(service.log, '"message":"stopped"');
    }
    await using service = new ServiceProcess(settings);
    const url = await service.url;
    assertEquals((await jsonOf(await fetch(`${url}/v1/datasets/cats`))).count, 2);
    assertEquals((await jsonOf(await fetch(`${url}/v1/jobs/${id}`))).state, "queued");
    service.kill("SIGINT");
    assertEquals(await service.ended(), 0, service.log);
  });
});

Deno.test("a killed service loses nothing that it had acknowledged", async () => {
  await withDirectory(async (settings) => {
    {
      await using service = new ServiceProcess(settings);
      await importCats(await service.url);
      service.kill("SIGKILL");
      await service.ended();
    }
    await using service = new ServiceProcess(settings);
    const image = await fetch(`${await service.url}/v1/datasets/cats/items/1/image`);
    assertEquals(new Uint8Array(await image.arrayBuffer()), PIXEL_BYTES);
  });
});
