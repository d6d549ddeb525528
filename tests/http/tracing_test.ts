/** Spans of a real service, as a collector gets them. */
import { assert, assertEquals } from "@std/assert";
import { jsonOf } from "../support/http_client.ts";
import { makeImage } from "../support/make_image.ts";
import { ServiceProcess } from "../support/service_process.ts";
import { type CollectedSpan, TraceCollector } from "../support/trace_collector.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";

Deno.test("a traced service tells of requests, queue, batch, decoding, forward pass, and jobs", async () => {
  const directory = await Deno.makeTempDir();
  await using collector = new TraceCollector();
  try {
    await using service = new ServiceProcess({
      ALIKE_PORT: "0",
      ALIKE_DATA_DIR: directory,
      ALIKE_BACKEND: "wasm",
      // Requests that come together share a batch.
      ALIKE_BATCH_WAIT_MS: "500",
      ALIKE_REPLICAS: "1",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    });
    const url = await service.url;
    const images = await Promise.all(
      [1, 2, 3, 4].map((seed) => makeImage("png", { width: 8, height: 8, seed })),
    );
    const job = await train(url, images);

    const embed = (image: Uint8Array<ArrayBuffer>, headers: Record<string, string>) => {
      const body = new Blob([image], { type: "image/png" });
      return fetch(`${url}/v1/embeddings`, { method: "POST", body, headers });
    };
    const answers = await Promise.all([
      embed(images[0]!, {
        traceparent: `00-${TRACE}-${CALLER}-01`,
        "x-request-id": "first",
      }),
      embed(images[1]!, { "x-request-id": "second" }),
    ]);
    for (const answer of answers) await jsonOf(answer);
    await jsonOf(
      await fetch(`${url}/v1/predict/jigsaw`, {
        method: "POST",
        body: new Blob([images[2]!], { type: "image/png" }),
      }),
    );
    const refused = await embed(new Uint8Array([1, 2, 3]), { "x-request-id": "third" });
    assertEquals(refused.status >= 400 && refused.status < 500, true);
    await refused.body?.cancel();
    service.kill("SIGTERM");
    assertEquals(await service.ended(), 0, service.log);

    const { spans } = collector;
    const named = (name: string) => spans.filter((span) => span.name === name);
    const requests = named("POST /v1/embeddings");
    const requestOf = (id: string) =>
      requests.find(({ attributes }) =>
        JSON.stringify(attributes["http.response.header.x-request-id"]).includes(`"${id}"`)
      )!;
    const first = requestOf("first");
    const second = requestOf("second");
    assertEquals([first.traceId, first.parentSpanId], [TRACE, CALLER]);
    assertEquals(first.attributes["http.route"], "/v1/embeddings");

    const batch = named("batch").find(({ links }) => links.length === 2)!;
    assert(batch !== undefined, `no batch of two in ${spans.map(({ name }) => name)}`);
    assertEquals(new Set(batch.links.map(({ spanId }) => spanId)), ids(first, second));
    const parent = [first, second].find(({ spanId }) => spanId === batch.parentSpanId)!;
    assertEquals(batch.traceId, parent.traceId);
    assertEquals(batch.attributes["alike.batch.size"], 2);
    assertEquals(batch.attributes["alike.model.id"], job.model);

    const queues = named("queue").filter(({ links }) => links[0]?.spanId === batch.spanId);
    assertEquals(new Set(queues.map(({ parentSpanId }) => parentSpanId)), ids(first, second));
    for (const name of ["load", "decode", "forward"]) {
      const [span, ...others] = named(name).filter((one) => one.parentSpanId === batch.spanId);
      assertEquals([span?.traceId, others.length], [batch.traceId, 0], name);
      assertEquals(span!.attributes["alike.images"], 2);
    }

    const predicting = named("POST /v1/predict/jigsaw");
    assertEquals(predicting.length, 1);
    const below = (parent: CollectedSpan) =>
      spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
    const [waiting, solving, ...more] = below(predicting[0]!).toSorted((a, b) =>
      b.name.localeCompare(a.name)
    );
    assertEquals([waiting!.name, solving!.name, more.length], ["queue", "batch", 0]);
    assertEquals(solving!.attributes["alike.operation"], "predict/jigsaw");
    assertEquals(below(solving!).map(({ name }) => name).toSorted(), [
      "decode",
      "encode",
      "forward",
    ]);
    assert(below(solving!).every(({ traceId }) => traceId === predicting[0]!.traceId));

    const third = requestOf("third");
    assertEquals(third.status.code, 0, "the client's fault is no failure of the service");
    const thrown = third.events.find(({ name }) => name === "exception");
    assertEquals(thrown?.attributes["exception.type"], "InvalidError");

    const [run] = named("job train");
    assertEquals(run!.attributes["alike.job.id"], job.id);
    assertEquals(run!.attributes["alike.job.end"], "finished");

    const lines = service.log.trim().split("\n").map((line) => JSON.parse(line));
    const line = lines.find(({ requestId }) => requestId === "first");
    assertEquals([line.message, line.traceId], ["request", TRACE]);
    const imported = lines.find(({ message }) => message === "data set imported");
    const request = lines.find(({ route }) => route === "/v1/datasets");
    assertEquals(
      [imported.datasetId, imported.requestId, imported.traceId],
      [request.datasetId, request.requestId, request.traceId],
    );
    const ofJob = lines.filter(({ jobId }) => jobId === job.id);
    assert(ofJob.some(({ message, route }) => message === "request" && route === "/v1/jobs"));
    assert(ofJob.some(({ modelId }) => modelId === job.model));
    assert(
      ofJob.some(({ message, traceId }) => message === "job finished" && traceId === run!.traceId),
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

function ids(...spans: CollectedSpan[]): Set<string> {
  return new Set(spans.map(({ spanId }) => spanId));
}

/** Trains a step. @returns The job when it has succeeded. */
async function train(
  url: string,
  images: Uint8Array<ArrayBuffer>[],
): Promise<{ id: string; model: string }> {
  const body = new FormData();
  for (const [i, image] of images.entries()) {
    body.append("file", new Blob([image], { type: "image/png" }), `${i}.png`);
  }
  await jsonOf(await fetch(`${url}/v1/datasets?name=few`, { method: "POST", body }), 201);
  const { id } = await jsonOf(
    await fetch(`${url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        type: "train",
        dataset: "few",
        encoder: { name: "small_conv", width: 8 },
        heads: [{ objective: "jigsaw" }],
        steps: 1,
        batchSize: 2,
        evaluate: false,
      }),
    }),
    202,
  );
  const events = await fetch(`${url}/v1/jobs/${id}/events`);
  await events.text();
  const job = await jsonOf(await fetch(`${url}/v1/jobs/${id}`));
  assertEquals(job.state, "succeeded", JSON.stringify(job.error));
  return job;
}
