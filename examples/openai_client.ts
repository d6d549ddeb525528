// deno-lint-ignore-file no-console -- it speaks to a person
/**
 * The official OpenAI client against Alike: only its base URL is changed.
 *
 *     deno run --allow-all examples/openai_client.ts photo.jpg
 *
 * @module
 */
import OpenAI from "openai";
import { service } from "./service.ts";

const [photo] = Deno.args;
if (photo === undefined) throw new Error("usage: openai_client.ts photo.jpg");
const { baseUrl, apiKey = "none" } = service();
const openai = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey });
const bytes = await Deno.readFile(photo);
const { data, model } = await openai.embeddings.create({
  model: "default",
  input: bytes.toBase64(),
});
console.log(`${data[0]!.embedding.length} numbers of ${model}`);
