/** Aliases as rows: what they point to, and what they pointed to. @module */
import { type Alias, AliasChange, type CanaryReport } from "../schemas/alias.ts";
import type { SqlRunner } from "./database.ts";
import { parseColumn, readStored } from "./json_column.ts";

/** Puts a change on record, in the transaction that makes it. */
async function recordAliasChange(
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

/** The id of the model an alias points to; null if there is no such alias. */
export async function targetOf(runner: SqlRunner, name: string): Promise<string | null> {
  const rows = await runner.query<{ model: string }>(
    `SELECT model FROM aliases WHERE name = ?`,
    name,
  );
  return rows[0]?.model ?? null;
}

/** Moves an alias; what is no change is not put on record. */
export async function pointAlias(
  runner: SqlRunner,
  name: string,
  model: string,
  previous: string | null,
  kind: AliasChange["kind"],
  canary: CanaryReport | null,
): Promise<Alias> {
  const updatedAt = new Date().toISOString();
  await runner.run(
    `INSERT INTO aliases (name, model, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET model = excluded.model, updated_at = excluded.updated_at`,
    name,
    model,
    updatedAt,
  );
  if (model !== previous) {
    await recordAliasChange(runner, name, { model, previous, kind, canary, changedAt: updatedAt });
  }
  return { name, model, updatedAt };
}
