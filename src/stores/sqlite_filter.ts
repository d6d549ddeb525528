/** A filter of items as SQLite's SQL. @module */
import type { Filter } from "../schemas/search.ts";

/** A filter as a condition, which begins with AND, or is empty. */
export function sqliteFilter(filter: Filter | undefined): { sql: string; values: string[] } {
  let sql = "";
  const values: string[] = [];
  const add = (column: string, choices: string[]) => {
    sql += ` AND ${column} IN (${choices.map(() => "?").join(", ")})`;
    values.push(...choices);
  };
  if (filter?.label !== undefined) add("label", choicesOf(filter.label));
  for (const [key, wanted] of Object.entries(filter?.metadata ?? {})) {
    // As JSON text, so that "1", 1 and true are three values. The schema lets no quote into a key.
    const choices = choicesOf<unknown>(wanted).map((value) => JSON.stringify(value));
    add(`metadata -> '$."${key}"'`, choices);
  }
  return { sql, values };
}

function choicesOf<T>(wanted: T | { in: T[] }): T[] {
  return typeof wanted === "object" && wanted !== null && "in" in wanted
    ? wanted.in
    : [wanted as T];
}
