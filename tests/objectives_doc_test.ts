/** docs/objectives/ says what is so, with pictures of what is shown. @module */
import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import { objectivePicture, PICTURES } from "../scripts/objective_pictures.ts";
import { OBJECTIVE_NAMES, ObjectiveSpec } from "../src/schemas/objective.ts";
import { TrainRequest } from "../src/schemas/train.ts";
import { onBackend } from "./support/test_backends.ts";

const FOLDER = new URL("../docs/objectives/", import.meta.url);
const LARGEST_PICTURE = 60_000;

const pages = new Map(
  [...Deno.readDirSync(FOLDER)].filter(({ name }) => name.endsWith(".md"))
    .map(({ name }) => [name, Deno.readTextFileSync(new URL(name, FOLDER))]),
);

/** The page of an objective: the one that shows its picture. */
function pageOf(name: string): string {
  const found = [...pages.values()].filter((page) => page.includes(`](${name}.png)`));
  assertEquals(found.length, 1, name);
  return found[0]!;
}

/** Options with their defaults, those of an object within by their path. */
function defaultsOf(options: object, prefix = ""): [string, unknown][] {
  return Object.entries(options).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? defaultsOf(value, `${prefix}${name}.`)
      : [[prefix + name, value] as [string, unknown]]
  );
}

Deno.test("every objective has its page, with its picture, traps, options and what to expect", () => {
  for (const name of OBJECTIVE_NAMES) {
    const page = pageOf(name);
    assert(page.includes(`\`${name}\``), name);
    for (const part of ["Options", "Shortcuts", "What to expect"]) {
      assert(page.includes(`\n## ${part}`), `${name}: ${part}`);
    }
    const { name: _, ...options } = ObjectiveSpec.parse({ name });
    for (const [option, value] of defaultsOf(options)) {
      const row = new RegExp(`^\\| \`${option}\` +\\| \`?([^ |\`]+)\`? +\\|`, "m").exec(page);
      assertEquals(row?.[1], String(value), `${name}: ${option}`);
    }
  }
});

Deno.test("what the pages link to exists, pictures are small", () => {
  for (const [name, page] of pages) {
    const links = [...page.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1]!);
    assert(links.some((link) => link.endsWith(".png")), name);
    for (const link of links) {
      const { isFile, size } = Deno.statSync(new URL(link, FOLDER));
      assert(isFile, `${name}: ${link}`);
      if (link.endsWith(".png")) assert(size < LARGEST_PICTURE, `${link}: ${size} bytes`);
    }
  }
});

Deno.test("the jobs that the pages show can be asked for", () => {
  let jobs = 0;
  for (const [name, page] of pages) {
    const bodies = [
      ...page.matchAll(/```json\n([\s\S]+?)```/g),
      ...page.matchAll(/-d '(\{"type"[^']+)'/g),
    ];
    for (const [, body] of bodies) {
      assertEquals(TrainRequest.safeParse(JSON.parse(body!)).error, undefined, name);
      jobs++;
    }
    for (const [, spec] of page.matchAll(/`(\{"name"[^`]+)`/g)) {
      assertEquals(ObjectiveSpec.safeParse(JSON.parse(spec!)).error, undefined, name);
    }
  }
  assert(jobs >= 5);
});

Deno.test("the pictures are those that the code draws", () =>
  onBackend("wasm simd", async () => {
    const pixels = (png: Uint8Array) =>
      sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    for (const name of PICTURES) {
      const kept = await pixels(await Deno.readFile(new URL(`${name}.png`, FOLDER)));
      const drawn = await pixels(await objectivePicture(name));
      assertEquals(kept.info, drawn.info, name);
      let difference = 0;
      kept.data.forEach((value, i) => difference += Math.abs(value - drawn.data[i]!));
      // Other machines round and dither a little otherwise.
      const mean = difference / kept.data.length;
      assert(mean < 2, `${name}: run scripts/objective_pictures.ts (${mean})`);
    }
  }));
