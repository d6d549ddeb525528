/** The named recipes as `docs/recipes.md` shows them. @module */
import { type RecipeCard, recipeCards } from "../src/schemas/recipe_cards.ts";

/** A section a preset: what it is for, each value with its source, and what is off. */
export function recipesTable(): string {
  return recipeCards().map(section).join("\n\n");
}

function section({ name, about, recipe, sources }: RecipeCard): string {
  const rows = Object.entries(sources).map(([path, source]) => {
    const value = path.split(".").reduce<unknown>(
      (values, field) => (values as Record<string, unknown>)[field],
      recipe,
    );
    return { path, source, value };
  });
  const used = rows.filter(({ value }) => !isOff(value))
    .map(({ path, source, value }) => `| \`${path}\` | ${text(value)} | ${source} |`);
  const off = Object.entries(recipe.augment).filter(([, value]) => isOff(value))
    .map(([name]) => `\`${name}\``);
  return [
    `### \`${name}\``,
    `${about}.`,
    ["| value | is | source |", "| --- | --- | --- |", ...used].join("\n"),
    `Off: ${off.join(", ")}.`,
  ].join("\n\n");
}

function isOff(value: unknown): boolean {
  return value === null || value === 0 || value === false;
}

function text(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(3)));
  if (Array.isArray(value)) return value.map(text).join(" to ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).filter(([, inner]) => !isOff(inner)).map(([name, inner]) =>
    typeof inner === "object" && !Array.isArray(inner)
      ? `${name} (${text(inner)})`
      : `${name} ${text(inner)}`
  ).join(", ");
}

if (import.meta.main) Deno.stdout.writeSync(new TextEncoder().encode(`${recipesTable()}\n`));
