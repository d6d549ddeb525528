import { assert, assertEquals } from "@std/assert";
import { chooseItems, nearest } from "../../../../routes/pages/assets/embed_items.js";

/** Answers pages of a data set of `count` items as the service does; `classes` come one by one. */
async function withItems(labels: (string | null)[], use: () => Promise<void>): Promise<void> {
  const all = labels.map((label, index) => ({ index, name: `${index}.png`, label }));
  const real = globalThis.fetch;
  globalThis.fetch = (input) => {
    const query = new URL(String(input), "http://service").searchParams;
    const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit"))];
    const label = query.get("label");
    const found = all.filter((item) => label === null || item.label === label);
    return Promise.resolve(Response.json({ data: found.slice(offset, offset + limit) }));
  };
  try {
    await use();
  } finally {
    globalThis.fetch = real;
  }
}

Deno.test("a sample has as many of each label, wherever these lie", () => {
  const labels = Array.from({ length: 3000 }, (_, i) => `class${Math.floor(i / 1000)}`);
  const classes = { class0: 1000, class1: 1000, class2: 1000 };
  return withItems(labels, async () => {
    const items = await chooseItems({ id: "ds", count: 3000, classes }, 300);
    assertEquals(items.length, 300);
    for (const name of Object.keys(classes)) {
      assertEquals(items.filter(({ label }) => label === name).length, 100);
    }
  });
});

Deno.test("where some items have no label, they are in the sample too", () => {
  const labels = Array.from({ length: 1000 }, (_, i) => i < 10 ? "rare" : null);
  return withItems(labels, async () => {
    const items = await chooseItems({ id: "ds", count: 1000, classes: { rare: 10 } }, 100);
    assertEquals(items.length, 100);
  });
});

Deno.test("a sample without labels is spread; a small data set is taken whole, each item once", () => {
  return withItems(Array(5000).fill(null), async () => {
    const items = await chooseItems({ id: "ds", count: 5000, classes: {} }, 500);
    assertEquals(items.length, 500);
    assert(items.at(-1)!.index > 4700, `${items.at(-1)!.index}`);
    const few = await chooseItems({ id: "ds", count: 30, classes: {} }, 500);
    assertEquals(
      few.slice(0, 30).map(({ index }) => index),
      Array.from({ length: 30 }, (_, i) => i),
    );
  });
});

Deno.test("the nearest are those of the highest cosine, best first", () => {
  const items = [[1, 0], [0, 1], [0.6, 0.8]].map((vector, index) => ({
    index,
    vector: Float32Array.from(vector),
  }));
  const found = nearest(items, Float32Array.of(0, 1), 2);
  assertEquals(found.map(({ item }) => item.index), [1, 2]);
  assertEquals(found[0]!.similarity, 1);
});
