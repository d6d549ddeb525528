/**
 * Opens stores by URL: the scheme says which implementer, and only that one is loaded.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { InvalidError, UnsupportedError } from "../errors.ts";
import type { BlobStore } from "./blobs.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";

/**
 * Opens a blob store: `file:///folder`.
 *
 * @throws {UnsupportedError} For a scheme that no store has.
 */
export async function openBlobs(url: string): Promise<BlobStore> {
  switch (schemeOf(url)) {
    case "file:": {
      const { FileBlobs } = await import("./file_blobs.ts");
      return await FileBlobs.open(url);
    }
    default:
      throw noSuchScheme("blob store", url);
  }
}

/**
 * Opens a database and brings its schema up to date: `file:///folder/alike.db` (SQLite). The
 * folder must be there.
 *
 * @throws {UnsupportedError} For a scheme that no database has, or a schema newer than this
 * program.
 */
export async function openDatabase(url: string): Promise<Database> {
  let database: Database;
  switch (schemeOf(url)) {
    case "file:": {
      const { SqliteDatabase } = await import("./sqlite_database.ts");
      database = SqliteDatabase.open(fileURLToPath(url));
      break;
    }
    default:
      throw noSuchScheme("database", url);
  }
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function schemeOf(url: string): string {
  // A URL may hold a password, so it is not printed.
  if (!URL.canParse(url)) throw new InvalidError("Cannot open a store: its address is no URL");
  return new URL(url).protocol;
}

function noSuchScheme(what: string, url: string): UnsupportedError {
  return new UnsupportedError(
    `Cannot open a ${what}: only file: is supported, the scheme is ${schemeOf(url)}`,
  );
}
