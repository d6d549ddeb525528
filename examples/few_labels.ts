// deno-lint-ignore-file no-console -- it speaks to a person
/**
 * Classifies a folder of pictures by a few labelled ones: the nearest mean of a class wins.
 *
 *     deno run --allow-net --allow-read --allow-env examples/few_labels.ts labelled unlabelled
 *
 * `labelled` has a folder for each class, of five or ten pictures.
 *
 * @module
 */
import { AlikeClient, cosine } from "../client.ts";
import { picturesIn } from "./pictures_in.ts";
import { service } from "./service.ts";

const [labelled, unlabelled] = Deno.args;
if (labelled === undefined || unlabelled === undefined) {
  throw new Error("usage: few_labels.ts labelled unlabelled");
}
const alike = new AlikeClient(service());
const embed = async (paths: string[]) =>
  (await alike.embed(await Promise.all(paths.map((path) => Deno.readFile(path))))).vectors;

const means = new Map<string, Float64Array>();
for await (const { name, isDirectory } of Deno.readDir(labelled)) {
  if (!isDirectory) continue;
  const vectors = await embed(await picturesIn(`${labelled}/${name}`));
  const mean = new Float64Array(vectors[0]!.length);
  for (const vector of vectors) vector.forEach((value, i) => mean[i]! += value / vectors.length);
  means.set(name, mean);
}
const paths = await picturesIn(unlabelled);
const vectors = await embed(paths);
paths.forEach((path, i) => {
  const [best] = [...means].map(([name, mean]) => ({ name, score: cosine(vectors[i]!, mean) }))
    .sort((a, b) => b.score - a.score);
  console.log(`${best!.name}  ${best!.score.toFixed(3)}  ${path}`);
});
