// deno-lint-ignore-file no-console -- it speaks to a person
/**
 * Groups the pictures of a folder that are nearly the same.
 *
 *     deno run --allow-net --allow-read --allow-env examples/dedupe.ts folder [least similarity]
 *
 * @module
 */
import { AlikeClient, cosine } from "../client.ts";
import { picturesIn } from "./pictures_in.ts";
import { service } from "./service.ts";

const [folder, least = "0.98"] = Deno.args;
if (folder === undefined) throw new Error("usage: dedupe.ts folder [least similarity]");
const alike = new AlikeClient(service());
const paths = await picturesIn(folder);
const { vectors } = await alike.embed(await Promise.all(paths.map((path) => Deno.readFile(path))));

/** The first picture of the group that each one is in. */
const groupOf = paths.map((_, i) => i);
for (let i = 0; i < paths.length; i++) {
  const twin = groupOf.findIndex((first, j) =>
    j < i && first === j && cosine(vectors[i]!, vectors[j]!) >= Number(least)
  );
  if (twin >= 0) groupOf[i] = twin;
}
const groups = Map.groupBy(paths, (_, i) => groupOf[i]!);
const doubles = [...groups.values()].filter((group) => group.length > 1);
for (const group of doubles) console.log(group.join("\n  "));
console.log(`${paths.length} pictures, ${doubles.length} groups of nearly the same`);
