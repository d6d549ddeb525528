/** The official client of OpenAI, unchanged but for its base URL, over a real socket. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import OpenAI from "openai";
import { fakeEmbedding } from "../support/fakes/fake_embedder.ts";
import { fakeModel } from "../support/fakes/fake_models.ts";
import { PIXEL, PIXEL_BYTES, PIXEL_URI, testApp } from "../support/http_client.ts";
import { serving } from "../support/serve.ts";

const KEY = "0123456789abcdef";
const raw = fakeEmbedding(PIXEL_BYTES);
const unit = raw.map((x) => x / Math.hypot(...raw));

async function withClient(use: (client: OpenAI, digest: string) => Promise<void>): Promise<void> {
  const { app, services } = testApp({ apiKeys: [KEY] });
  const model = services.models.add(fakeModel("cats", ["simclr"]));
  await services.models.setAlias("default", model.id);
  await serving(app, async (url) => {
    const client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
    await use(client, model.digest);
  });
}

Deno.test("OpenAI's client embeds images, as base64 by default and as numbers", async () => {
  await withClient(async (client, digest) => {
    for (const format of [undefined, "float", "base64"] as const) {
      const answer = await client.embeddings.create({
        model: "default",
        input: [PIXEL_URI, PIXEL],
        user: "someone",
        ...(format === undefined ? {} : { encoding_format: format }),
      });
      assertEquals(answer.object, "list");
      assertEquals(answer.model, "cats");
      assertEquals((answer as unknown as { digest: string }).digest, digest);
      assertEquals(answer.usage.total_tokens, 0);
      assertEquals(answer.data.map(({ index }) => index), [0, 1]);
      for (const { embedding } of answer.data) {
        const numbers = typeof embedding === "string"
          ? [...new Float32Array(Uint8Array.fromBase64(embedding).buffer)]
          : embedding;
        assertEquals(numbers.length, 4);
        numbers.forEach((x, i) => assertAlmostEquals(x, unit[i]!, 1e-6));
      }
    }
    const short = await client.embeddings.create({ model: "cats", input: PIXEL, dimensions: 2 });
    assertEquals(short.data[0]!.embedding.length, 2);
  });
});

Deno.test("OpenAI's client lists, reads and deletes models", async () => {
  await withClient(async (client, digest) => {
    const models = [];
    for await (const model of client.models.list()) models.push(model);
    assertEquals(models.map(({ object, owned_by }) => [object, owned_by]), [["model", "alike"]]);
    const model = await client.models.retrieve("default");
    assertEquals(model.id, models[0]!.id);
    assertEquals((model as unknown as { digest: string }).digest, digest);
    await assertRejects(() => client.models.delete(model.id), OpenAI.ConflictError);
  });
});

Deno.test("OpenAI's client understands refusals", async () => {
  await withClient(async (client) => {
    const embed = (model: string, input: string[]) => client.embeddings.create({ model, input });
    const bad = await assertRejects(
      () => embed("default", ["The food was delicious"]),
      OpenAI.UnprocessableEntityError,
    );
    assertEquals(bad.param, "input[0]");
    assertEquals(bad.type, "invalid_request_error");
    assertEquals(bad.code, "invalid");
    assert(bad.message.includes("input[0] must be"));
    assert(bad.requestID);
    const missing = await assertRejects(() => embed("gpt-4", [PIXEL]), OpenAI.NotFoundError);
    assertEquals(missing.param, "model");
    const stranger = client.withOptions({ apiKey: "not-the-right-key" });
    await assertRejects(() => stranger.models.list(), OpenAI.AuthenticationError);
  });
});
