/** A migrated database that lives in memory, for tests of what is built on it. @module */
import { migrate } from "../../src/stores/migrations.ts";
import { SqliteDatabase } from "../../src/stores/sqlite_database.ts";

/** Opens one; the caller closes it. */
export async function memoryDatabase(): Promise<SqliteDatabase> {
  const database = SqliteDatabase.open(":memory:");
  await migrate(database);
  return database;
}

/** Runs `work` with one and closes it afterwards. */
export async function withMemoryDatabase<T>(
  work: (database: SqliteDatabase) => Promise<T>,
): Promise<T> {
  const database = await memoryDatabase();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
