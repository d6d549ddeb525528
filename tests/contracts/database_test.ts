/**
 * What every database must do. A new one joins by an entry in `implementers`; one that cannot run
 * here says why in `skip`.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { pathToFileURL } from "node:url";
import {
  ConflictError,
  InternalError,
  UnavailableError,
  UnsupportedError,
} from "../../src/errors.ts";
import type { Database, SqlRunner } from "../../src/stores/database.ts";
import { migrate } from "../../src/stores/migrations.ts";
import { openDatabase } from "../../src/stores/open.ts";
import { withTempDir } from "../support/temp_dir.ts";

interface Implementer {
  name: string;
  skip?: string;
  /** Runs `work` with the URL of an empty database and removes the database afterwards. */
  use(work: (url: string) => Promise<void>): Promise<void>;
}

const implementers: Implementer[] = [
  {
    name: "SQLite",
    use: (work) => withTempDir((folder) => work(pathToFileURL(`${folder}/alike.db`).href)),
  },
];

const pause = () => new Promise((done) => setTimeout(done, 1));

async function count(runner: SqlRunner): Promise<number> {
  return (await runner.query<{ n: number }>("SELECT COUNT(*) AS n FROM things"))[0]!.n;
}

function contract(implementer: Implementer): void {
  const testUrl = (name: string, work: (url: string) => Promise<void>) =>
    Deno.test({
      name: `${implementer.name} database: ${name}${
        implementer.skip ? ` (${implementer.skip})` : ""
      }`,
      ignore: implementer.skip !== undefined,
      fn: () => implementer.use(work),
    });
  const test = (name: string, work: (database: Database) => Promise<void>) =>
    testUrl(name, async (url) => {
      const database = await openDatabase(url);
      try {
        await database.run(
          "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE, size DOUBLE PRECISION)",
        );
        await database.run("CREATE TABLE parts (thing INTEGER NOT NULL REFERENCES things (id))");
        await work(database);
      } finally {
        await database.close();
      }
    });

  test("values come back as they were given", async (database) => {
    const text = "it's “quoted”, \n 🦉, ?";
    const changed = await database.run(
      "INSERT INTO things VALUES (?, ?, ?), (?, ?, ?)",
      ...[1, text, 0.1, 2, null, -1e300],
    );
    assertEquals(changed, 2);
    assertEquals(await database.query("SELECT * FROM things ORDER BY id"), [
      { id: 1, name: text, size: 0.1 },
      { id: 2, name: null, size: -1e300 },
    ]);
    assertEquals(await database.query("SELECT id FROM things WHERE name = ?", "x"), []);
    assertEquals(await database.run("UPDATE things SET size = 0 WHERE id > ?", 1), 1);
    assertEquals(await database.run("DELETE FROM things WHERE id > ?", 10), 0);
  });

  test("a parameter that is a whole number is one in SQL: division cuts off", async (database) => {
    await database.run("INSERT INTO things VALUES (7, 'x', 7)");
    assertEquals(await database.query("SELECT id / ? AS half FROM things", 2), [{ half: 3 }]);
  });

  test("whole numbers beyond 32 bits survive in a BIGINT", async (database) => {
    await database.run("CREATE TABLE times (at BIGINT)");
    const at = Date.parse("9999-12-31");
    await database.run("INSERT INTO times VALUES (?)", at);
    assertEquals(await database.query("SELECT at FROM times WHERE at <= ?", at), [{ at }]);
  });

  test("a broken unique or foreign key rule is a conflict", async (database) => {
    await database.run("INSERT INTO things VALUES (1, 'x', 0)");
    await assertRejects(
      () => database.run("INSERT INTO things VALUES (1, 'y', 0)"),
      ConflictError,
    );
    await assertRejects(
      () => database.run("INSERT INTO things VALUES (2, 'x', 0)"),
      ConflictError,
    );
    await assertRejects(() => database.run("INSERT INTO parts VALUES (9)"), ConflictError);
    await database.run("INSERT INTO parts VALUES (1)");
    await assertRejects(() => database.run("DELETE FROM things"), ConflictError);
    assertEquals(await count(database), 1);
  });

  test("a statement that is wrong is a fault of ours", async (database) => {
    await assertRejects(() => database.query("SELECT nothing FROM nowhere"), InternalError);
    await assertRejects(() => database.run("INSERT INTO parts VALUES (NULL)"), InternalError);
  });

  test("a transaction is done whole, and returns what its work returns", async (database) => {
    const result = await database.transaction(async (runner) => {
      await runner.run("INSERT INTO things VALUES (1, 'x', 0)");
      await pause();
      await runner.run("INSERT INTO things VALUES (2, 'y', 0)");
      return await count(runner);
    });
    assertEquals(result, 2);
    assertEquals(await count(database), 2);
  });

  test("a transaction that fails does nothing, and the next one works", async (database) => {
    await assertRejects(
      () =>
        database.transaction(async (runner) => {
          await runner.run("INSERT INTO things VALUES (1, 'x', 0)");
          await pause();
          throw new RangeError("no");
        }),
      RangeError,
      "no",
    );
    await assertRejects(
      () =>
        database.transaction(async (runner) => {
          await runner.run("INSERT INTO things VALUES (1, 'x', 0)");
          await runner.run("INSERT INTO things VALUES (1, 'x', 0)");
        }),
      ConflictError,
    );
    assertEquals(await count(database), 0);
    await database.transaction((runner) => runner.run("INSERT INTO things VALUES (1, 'x', 0)"));
    assertEquals(await count(database), 1);
  });

  test("callers at the same time do not get into each other's transactions", async (database) => {
    const failing = database.transaction(async (runner) => {
      await runner.run("INSERT INTO things VALUES (1, 'x', 0)");
      await pause();
      throw new RangeError("no");
    });
    const outside = database.run("INSERT INTO things VALUES (2, 'y', 0)");
    const second = database.transaction(async (runner) => {
      const before = await count(runner);
      await pause();
      await runner.run("INSERT INTO things VALUES (3, 'z', 0)");
      return before;
    });
    const seen = count(database);
    await assertRejects(() => failing, RangeError);
    assertEquals([await outside, await second, await seen], [1, 1, 2]);
  });

  test("twenty counters at the same time lose no count", async (database) => {
    await database.run("INSERT INTO things VALUES (1, 'x', 0)");
    await Promise.all(Array.from({ length: 20 }, () =>
      database.transaction(async (runner) => {
        const rows = await runner.query<{ size: number }>("SELECT size FROM things");
        await pause();
        await runner.run("UPDATE things SET size = ?", rows[0]!.size + 1);
      })));
    assertEquals(await database.query("SELECT size FROM things"), [{ size: 20 }]);
  });

  test("using the database within its transaction fails instead of waiting", async (database) => {
    for (
      const use of [
        () => count(database),
        () => database.run("DELETE FROM things"),
        () => database.transaction(() => Promise.resolve()),
      ]
    ) {
      await assertRejects(
        () => database.transaction<unknown>(() => use()),
        InternalError,
        "runner",
      );
    }
    assertEquals(await count(database), 0);
  });

  test("a runner is of no use after its transaction", async (database) => {
    let kept: SqlRunner | undefined;
    await database.transaction((runner) => Promise.resolve(void (kept = runner)));
    await assertRejects(() => count(kept!), InternalError, "has ended");
    await assertRejects(() => kept!.run("DELETE FROM things"), InternalError, "has ended");
  });

  testUrl("what was acknowledged is there for the next opener", async (url) => {
    const first = await openDatabase(url);
    await first.run("CREATE TABLE things (id INTEGER)");
    await first.run("INSERT INTO things VALUES (1)");
    await first.close();
    const second = await openDatabase(url);
    assertEquals(await count(second), 1);
    await second.close();
  });

  testUrl("close waits for what is under way, and then nothing runs", async (url) => {
    const database = await openDatabase(url);
    await database.run("CREATE TABLE things (id INTEGER)");
    const work = database.transaction(async (runner) => {
      await pause();
      return await runner.run("INSERT INTO things VALUES (1)");
    });
    await database.close();
    assertEquals(await work, 1);
    await database.close();
    await assertRejects(() => count(database), UnavailableError);
    await assertRejects(
      () => database.transaction(() => Promise.resolve()),
      UnavailableError,
    );
  });

  testUrl("migrations run once, in order, and a failing step leaves none", async (url) => {
    const database = await openDatabase(url);
    try {
      const known = await database.query<{ version: number }>(
        "SELECT version FROM schema_versions ORDER BY version",
      );
      const last = known.at(-1)!.version;
      const one = { version: last + 1, statements: ["CREATE TABLE one (id INTEGER)"] };
      const two = { version: last + 2, statements: ["INSERT INTO one VALUES (1)", "NONSENSE"] };
      await assertRejects(() => migrate(database, [one, two]), InternalError);
      await assertRejects(() => database.query("SELECT * FROM one"), InternalError);
      await migrate(database, [one]);
      await migrate(database, [one]);
      assertEquals(await database.query("SELECT * FROM one"), []);
    } finally {
      await database.close();
    }
  });

  testUrl("a schema newer than the program is refused", async (url) => {
    const database = await openDatabase(url);
    await database.run("INSERT INTO schema_versions VALUES (?, ?)", 9999, "later");
    await database.close();
    await assertRejects(() => openDatabase(url), UnsupportedError, "9999");
  });
}

for (const implementer of implementers) contract(implementer);
