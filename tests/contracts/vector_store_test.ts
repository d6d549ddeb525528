/** What every vector store does. One suite for all implementers. @module */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { ConflictError, InvalidError, NotFoundError } from "../../src/errors.ts";
import { Random } from "../../src/random.ts";
import type { Filter } from "../../src/schemas/search.ts";
import { SqliteVectors } from "../../src/stores/sqlite_vectors.ts";
import { unitVectors } from "../../src/stores/unit_vectors.ts";
import type { VectorItem, VectorStore } from "../../src/stores/vector_store.ts";
import { withTempDir } from "../support/temp_dir.ts";

const IMPLEMENTERS: Record<string, (folder: string) => VectorStore> = {
  "sqlite in memory": () => SqliteVectors.open(":memory:"),
  "sqlite in a file": (folder) => SqliteVectors.open(`${folder}/vectors.db`),
};

const DIMENSIONS = 12;

function someItems(count: number, seed = 1): VectorItem[] {
  const random = new Random(seed).stream("vectors");
  const numbers = Array.from({ length: count * DIMENSIONS }, () => random.normal());
  return unitVectors(numbers, DIMENSIONS).map((vector, i) => ({
    id: String(i),
    label: i % 3 === 0 ? null : ["cat", "dog"][i % 2]!,
    name: `${i}.png`,
    metadata: { number: i % 5, text: `t"${i % 4}é'`, even: i % 2 === 0 },
    blob: i % 7 === 0 ? "b" : null,
    vector: vector!,
  }));
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!;
  return sum;
}

function test(name: string, run: (store: VectorStore) => Promise<void>): void {
  for (const [implementer, open] of Object.entries(IMPLEMENTERS)) {
    Deno.test(`${implementer}: ${name}`, () =>
      withTempDir(async (folder) => {
        const store = open(folder);
        try {
          await store.create("s", DIMENSIONS);
          await run(store);
        } finally {
          await store.close();
        }
      }));
  }
}

test("neighbours are those of a plain search, in order, with their cosines", async (store) => {
  const items = someItems(300);
  await store.upsert("s", items);
  const queries = someItems(4, 2).map(({ vector }) => vector);
  const found = await store.search("s", queries, { k: 20 });
  queries.forEach((query, q) => {
    const expected = items.map(({ id, vector }) => ({ id, score: cosine(query, vector) }))
      .sort((a, b) => b.score - a.score).slice(0, 20);
    assertEquals(found[q]!.map(({ item }) => item.id), expected.map(({ id }) => id));
    found[q]!.forEach(({ score }, i) => assertAlmostEquals(score, expected[i]!.score, 1e-6));
  });
  const { vector: _, ...first } = items[Number(found[0]![0]!.item.id)]!;
  assertEquals(found[0]![0]!.item, first);
});

test("there are as many neighbours as items, at most k, up to a thousand", async (store) => {
  const items = someItems(1500);
  assertEquals(await store.search("s", [items[0]!.vector], { k: 10 }), [[]]);
  await store.upsert("s", items.slice(0, 3));
  assertEquals((await store.search("s", [items[0]!.vector], { k: 10 }))[0]!.length, 3);
  await store.upsert("s", items);
  const [all] = await store.search("s", [items[0]!.vector], { k: 1001 });
  assertEquals(new Set(all!.map(({ item }) => item.id)).size, 1001);
  assertEquals(all![0]!.item.id, "0");
});

test("a filter leaves only items that meet all of it, and k of those", async (store) => {
  const items = someItems(200);
  await store.upsert("s", items);
  const cases: [Filter, (item: VectorItem) => boolean][] = [
    [{ label: "cat" }, ({ label }) => label === "cat"],
    [{ label: { in: ["cat", "dog"] } }, ({ label }) => label !== null],
    [{ label: "x' OR '1'='1" }, () => false],
    [{ metadata: { number: 3 } }, ({ metadata }) => metadata.number === 3],
    [{ metadata: { number: "3" } }, () => false],
    [
      { metadata: { number: { in: [1, 2, 7] } } },
      ({ metadata }) => metadata.number === 1 || metadata.number === 2,
    ],
    [{ metadata: { even: true } }, ({ metadata }) => metadata.even === true],
    [{ metadata: { even: 1 } }, () => false],
    [{ metadata: { text: "t\"2é'" } }, ({ metadata }) => metadata.text === "t\"2é'"],
    [{ metadata: { missing: 1 } }, () => false],
    [
      { label: "dog", metadata: { number: 4, even: false } },
      ({ label, metadata }) => label === "dog" && metadata.number === 4 && metadata.even === false,
    ],
  ];
  for (const [filter, meets] of cases) {
    const [found] = await store.search("s", [items[0]!.vector], { k: 1000, filter });
    const expected = items.filter(meets).map(({ id }) => id);
    const ids = found!.map(({ item }) => item.id).sort((a, b) => Number(a) - Number(b));
    assertEquals(ids, expected, JSON.stringify(filter));
    const [few] = await store.search("s", [items[0]!.vector], { k: 2, filter });
    assertEquals(few, found!.slice(0, 2));
  }
});

test("an item of a known id is replaced, with its vector, and is the last", async (store) => {
  const items = someItems(5);
  assertEquals(await store.upsert("s", items), []);
  const { vector: old, ...before } = items[0]!;
  const next = { ...items[0]!, label: "new", vector: items[1]!.vector };
  assertEquals(await store.upsert("s", [next]), [before]);
  assertEquals(await store.count("s"), 5);
  assertEquals((await store.get("s", ["0"]))[0], next);
  assertEquals((await store.list("s", 3, 10)).map(({ id }) => id), ["4", "0"]);
  const [found] = await store.search("s", [old], { k: 5 });
  assert(found!.find(({ item }) => item.id === "0")!.score < 0.999);
});

test("items that are taken out are not found any more", async (store) => {
  const items = someItems(10);
  await store.upsert("s", items);
  const { vector, ...item } = items[3]!;
  assertEquals(await store.remove("s", ["3", "none"]), [item]);
  assertEquals(await store.get("s", ["3"]), []);
  const [found] = await store.search("s", [vector], { k: 10 });
  assertEquals(found!.length, 9);
  assertEquals(await store.count("s"), 9);
  const { items: left, vectors, dimensions } = await store.all("s");
  assertEquals(dimensions, DIMENSIONS);
  left.forEach(({ id }, i) => {
    const row = vectors.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS);
    assertEquals(row, items[Number(id)]!.vector);
  });
});

test("spaces know nothing of each other, and are gone when they are dropped", async (store) => {
  await store.create("t", 2);
  const two = { ...someItems(1)[0]!, vector: Float32Array.of(0, 1) };
  await store.upsert("t", [two]);
  await store.upsert("s", someItems(2));
  assertEquals(await store.spaces(), ["s", "t"]);
  await store.create("t", 2);
  assertEquals(await store.count("t"), 1);
  assertInstanceOf(await store.create("t", 3).catch((error) => error), ConflictError);
  await store.drop("s");
  await store.drop("s");
  assertEquals(await store.spaces(), ["t"]);
  assertEquals((await store.search("t", [two.vector], { k: 1 }))[0]![0]!.score, 1);
  await assertRejects(() => store.search("s", [two.vector], { k: 1 }), NotFoundError);
  await assertRejects(() => store.upsert("s", []), NotFoundError);
});

test("vectors of another length are refused, and nothing of their batch is kept", async (store) => {
  const items = someItems(3);
  const wrong = { ...items[2]!, vector: new Float32Array(DIMENSIONS + 1) };
  await assertRejects(() => store.upsert("s", [items[0]!, wrong]), InvalidError, "12");
  assertEquals(await store.count("s"), 0);
  await assertRejects(() => store.search("s", [wrong.vector], { k: 1 }), InvalidError);
});
