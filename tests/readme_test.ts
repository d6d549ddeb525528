/** The README says what is so. @module */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import manifest from "../deno.json" with { type: "json" };
import { settingsTable } from "../scripts/settings_table.ts";
import { EncoderSpec } from "../src/schemas/encoder.ts";
import { ObjectiveSpec } from "../src/schemas/objective.ts";
import { RecipePreset } from "../src/schemas/recipe.ts";

const readme = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

Deno.test("the README's settings are those of the configuration", () => {
  const rows = readme.split("\n").filter((line) => line.startsWith("| `ALIKE_"));
  // deno fmt pads the cells.
  const squeeze = (line: string) => line.replace(/\s+/g, " ");
  assertEquals(rows.map(squeeze), settingsTable().split("\n").map(squeeze));
});

Deno.test("every task, objective, encoder and recipe that the README names exists", () => {
  for (const [, task] of readme.matchAll(/(?:deno task|deno@[\d.]+ task|`task) (\w+)/g)) {
    assert(task! in manifest.tasks, `deno task ${task}`);
  }
  const row = (label: string) => readme.split("\n").find((line) => line.startsWith(`| ${label} `))!;
  for (const name of RecipePreset.options) assertStringIncludes(row("recipes"), `\`${name}\``);
  for (const [, name] of row("encoders").matchAll(/`(\w+)`/g)) {
    assert(EncoderSpec.safeParse({ name }).success, name);
  }
  for (const [, name] of row("objectives").matchAll(/`(\w+)`/g)) {
    assert(ObjectiveSpec.safeParse({ name }).success, name);
  }
});

Deno.test("every file that the README links to exists", () => {
  const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map((match) => match[1]!);
  assert(links.length > 3);
  for (const link of links) {
    assert(Deno.statSync(new URL(`../${link}`, import.meta.url)).isFile, link);
  }
});
