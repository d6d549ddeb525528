// deno-lint-ignore-file no-console -- it speaks to a person
/**
 * Finds the pictures of a folder that are most like a given one.
 *
 *     deno run --allow-net --allow-read --allow-env examples/find_alikes.ts photo.jpg folder [how many]
 *
 * ALIKE_URL (default http://127.0.0.1:8787) is the service, whose `default` model embeds them;
 * ALIKE_API_KEY one of its keys, if it asks for one.
 *
 * @module
 */
import { AlikeClient, cosine } from "../client.ts";
import { picturesIn } from "./pictures_in.ts";
import { service } from "./service.ts";

const [photo, folder, count = "5"] = Deno.args;
if (photo === undefined || folder === undefined) {
  throw new Error("usage: find_alikes.ts photo.jpg folder [how many]");
}
const alike = new AlikeClient(service());
const paths = await picturesIn(folder);
const images = await Promise.all([photo, ...paths].map((path) => Deno.readFile(path)));
const { vectors: [wanted, ...others] } = await alike.embed(images);
const ranked = paths.map((path, i) => ({ path, similarity: cosine(wanted!, others[i]!) }))
  .sort((a, b) => b.similarity - a.similarity);
for (const { path, similarity } of ranked.slice(0, Number(count))) {
  console.log(`${similarity.toFixed(3)}  ${path}`);
}
