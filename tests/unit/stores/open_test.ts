import { assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import { InvalidError, UnsupportedError } from "../../../src/errors.ts";
import { openBlobs, openDatabase } from "../../../src/stores/open.ts";
import { withTempDir } from "../../support/temp_dir.ts";

Deno.test("a scheme without a store is refused by its name, and no password is printed", async () => {
  const blobs = await assertRejects(() => openBlobs("s3://me:secret@bucket"), UnsupportedError);
  assertEquals(
    blobs.message,
    "Cannot open a blob store: only file: is supported, the scheme is s3:",
  );
  const database = await assertRejects(
    () => openDatabase("postgres://me:secret@host/alike"),
    UnsupportedError,
    "postgres:",
  );
  assertEquals(database.message.includes("secret"), false);
  await assertRejects(() => openBlobs("no url"), InvalidError);
  await assertRejects(() => openDatabase("no url"), InvalidError);
});

Deno.test("file: opens a folder and a SQLite file with every table", () =>
  withTempDir(async (folder) => {
    const blobs = await openBlobs(pathToFileURL(`${folder}/new/blobs`).href);
    assertEquals(await blobs.put("a", new Uint8Array(2)), 2);
    const database = await openDatabase(pathToFileURL(`${folder}/alike.db`).href);
    for (const table of ["datasets", "models", "aliases", "jobs", "job_events"]) {
      assertEquals(await database.query(`SELECT COUNT(*) AS n FROM ${table}`), [{ n: 0 }]);
    }
    await database.close();
  }));
