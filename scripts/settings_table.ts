/** Prints the README's table of settings from `src/config.ts`; a test compares. @module */
import { z } from "zod";
import { configSettings } from "../src/config.ts";

/** The rows of the table. */
export function settingsTable(): string {
  return Object.entries(configSettings).map(([name, schema]) => {
    const fallback = z.safeParse(schema as z.ZodType, undefined).data;
    const shown = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)
      ? ""
      : `\`${fallback}\``;
    return `| \`${name}\` | ${shown} | ${(schema as z.ZodType).description ?? ""} |`;
  }).join("\n");
}

if (import.meta.main) Deno.stdout.writeSync(new TextEncoder().encode(`${settingsTable()}\n`));
