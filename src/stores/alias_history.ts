/** Rows of what aliases pointed to: every change, whoever made it. @module */
import { AliasChange } from "../schemas/alias.ts";
import type { SqlRunner } from "./database.ts";
import { parseColumn, readStored } from "./json_column.ts";

/** Puts a change on record, in the transaction that makes it. */
export async function recordAliasChange(
  runner: SqlRunner,
  name: string,
  { model, previous, kind, canary, changedAt }: AliasChange,
): Promise<void> {
  await runner.run(
    `INSERT INTO alias_history (name, position, model, previous, kind, canary, changed_at)
    VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM alias_history WHERE name = ?),
      ?, ?, ?, ?, ?)`,
    name,
    name,
    model,
    previous,
    kind,
    canary === null ? null : JSON.stringify(canary),
    changedAt,
  );
}

/** Changes of an alias, newest first, at most `limit`. */
export async function aliasChanges(
  runner: SqlRunner,
  name: string,
  limit: number,
): Promise<AliasChange[]> {
  const rows = await runner.query(
    `SELECT * FROM alias_history WHERE name = ? ORDER BY position DESC LIMIT ?`,
    name,
    limit,
  );
  return rows.map((row) =>
    readStored(AliasChange, {
      model: row.model,
      previous: row.previous,
      kind: row.kind,
      canary: parseColumn(row.canary),
      changedAt: row.changed_at,
    }, `history of alias ${name}`)
  );
}
