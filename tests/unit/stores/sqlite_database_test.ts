import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CorruptError, UnavailableError } from "../../../src/errors.ts";
import { SqliteDatabase } from "../../../src/stores/sqlite_database.ts";
import { withTempDir } from "../../support/temp_dir.ts";

Deno.test("commits are synced, in a write-ahead log, with foreign keys", () =>
  withTempDir(async (folder) => {
    const database = SqliteDatabase.open(`${folder}/a.db`);
    assertEquals(await database.query("PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
    assertEquals(await database.query("PRAGMA synchronous"), [{ synchronous: 2 }]);
    assertEquals(await database.query("PRAGMA foreign_keys"), [{ foreign_keys: 1 }]);
    await database.close();
  }));

Deno.test("a file that is no database is corrupt, a folder that is not there unavailable", () =>
  withTempDir(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.db`, "no database ".repeat(1000));
    assertThrows(() => SqliteDatabase.open(`${folder}/a.db`), CorruptError);
    assertThrows(() => SqliteDatabase.open(`${folder}/none/a.db`), UnavailableError, "none/a.db");
  }));

Deno.test("a lock that another process keeps is waited for, then unavailable", () =>
  withTempDir(async (folder) => {
    const first = SqliteDatabase.open(`${folder}/a.db`);
    const second = SqliteDatabase.open(`${folder}/a.db`, { busyTimeoutMs: 10 });
    await first.run("CREATE TABLE things (id INTEGER)");
    await first.transaction(async (runner) => {
      await runner.run("INSERT INTO things VALUES (1)");
      await assertRejects(() => second.run("INSERT INTO things VALUES (2)"), UnavailableError);
      await assertRejects(() => second.transaction(() => Promise.resolve()), UnavailableError);
    });
    assertEquals(await second.run("INSERT INTO things VALUES (2)"), 1);
    await first.close();
    await second.close();
  }));

Deno.test("many different statements do not grow the statement cache without end", async () => {
  const database = SqliteDatabase.open(":memory:");
  for (let i = 0; i < 1000; i++) await database.query(`SELECT ${i} AS x`);
  assertEquals(await database.query("SELECT 5 AS x"), [{ x: 5 }]);
  await database.close();
});

Deno.test("a killed process keeps what was acknowledged and nothing of an open transaction", () =>
  withTempDir(async (folder) => {
    const url = new URL("../../../src/stores/sqlite_database.ts", import.meta.url).href;
    const script = `
      import { SqliteDatabase } from ${JSON.stringify(url)};
      const database = SqliteDatabase.open(${JSON.stringify(`${folder}/a.db`)});
      await database.run("CREATE TABLE things (id INTEGER)");
      await database.run("INSERT INTO things VALUES (1)");
      await database.transaction(async (runner) => {
        await runner.run("INSERT INTO things VALUES (2)");
        Deno.kill(Deno.pid, "SIGKILL");
        await new Promise(() => {});
      });
    `;
    await Deno.writeTextFile(`${folder}/crash.ts`, script);
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-check", `${folder}/crash.ts`],
      stderr: "null",
    }).output();
    assertEquals(signal, "SIGKILL");
    const database = SqliteDatabase.open(`${folder}/a.db`);
    const rows = await database.query("SELECT id FROM things");
    await database.close();
    assert(rows.length === 1 && rows[0]!.id === 1);
  }));
