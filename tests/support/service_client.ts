/** A client of a service that runs as a process, and labelled images to send to it. @module */
import { assert, assertEquals } from "@std/assert";
import { pack } from "tar-stream";
import { Readable } from "node:stream";
import { serverEvents } from "../../client/server_events.ts";
import { encodePng } from "../../src/images/encode_png.ts";
import type { JobEvent } from "../../src/schemas/job.ts";
import { syntheticPixels } from "./synthetic_images.ts";

/** Side of the images, pixels. */
export const IMAGE_SIZE = 24;

const NAMES = ["quadrant", "bar", "cross", "ring"];

/** One image. */
export function png(index: number): Promise<Uint8Array> {
  const pixels = syntheticPixels(index, IMAGE_SIZE, 3);
  return encodePng({ pixels, width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 });
}

/** PNGs `first` to `first + count - 1` in a folder a class. */
async function imageFolder(first: number, count: number): Promise<ArrayBuffer> {
  const tar = pack();
  for (let i = first; i < first + count; i++) {
    tar.entry({ name: `${NAMES[i % 4]}/${i}.png` }, await png(i) as never);
  }
  tar.finalize();
  return await new Response(
    Readable.toWeb(tar as unknown as Readable) as ReadableStream<Uint8Array<ArrayBuffer>>,
  ).arrayBuffer();
}

/** Asks a service. */
export class ServiceClient {
  constructor(readonly base: string) {}

  async json<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.base + path, {
      ...(body === undefined ? {} : {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    const answer = await response.json();
    assert(response.ok, `${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Imports synthetic images `first` to `first + count - 1`. */
  async import(name: string, first: number, count: number): Promise<void> {
    const response = await fetch(`${this.base}/v1/datasets?name=${name}&kind=image`, {
      method: "POST",
      headers: { "content-type": "application/x-tar" },
      body: await imageFolder(first, count),
    });
    assertEquals(response.status, 201, await response.text());
  }

  /** Events of a job until it has ended. */
  async *events(job: string, after = 0): AsyncGenerator<JobEvent> {
    const response = await fetch(`${this.base}/v1/jobs/${job}/events`, {
      headers: { "last-event-id": String(after) },
    });
    for await (const { data } of serverEvents(response.body!)) yield JSON.parse(data);
  }
}
