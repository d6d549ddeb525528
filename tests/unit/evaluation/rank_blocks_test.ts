import { assert, assertEquals, assertMatch } from "@std/assert";
import type { BlockAnswers } from "../../../src/evaluation/block_judge.ts";
import { rankBlocks } from "../../../src/evaluation/rank_blocks.ts";
import { recommend } from "../../../src/evaluation/recommend.ts";
import { Random } from "../../../src/random.ts";
import type { TournamentTable } from "../../../src/schemas/tournament.ts";

const ITEMS = 400;

/** Items of which every one from `first` on, `count` of them, was right. */
function right(first: number, count: number): Float64Array {
  return Float64Array.from({ length: ITEMS }, (_, i) => i >= first && i < first + count ? 1 : 0);
}

function block(linear: Float64Array, knn = right(0, 100)): BlockAnswers {
  return { dimensions: 4, right: { linear, knn } };
}

function rank(
  entries: Record<string, Float64Array[]>,
  protocols: ("knn" | "linear")[] = ["knn", "linear"],
): Promise<TournamentTable> {
  return rankBlocks({
    protocols,
    reference: {
      blocks: [block(right(0, 120)), block(right(0, 160))],
      pixels: { linear: right(0, 80), knn: right(0, 60) },
    },
    entries: Object.entries(entries).map(([label, blocks], entry) => ({
      entry,
      label,
      model: `model_${String(entry).padStart(16, "0")}`,
      blocks: blocks.map((each) => block(each)),
    })),
    labels: 50,
    classes: 4,
    random: new Random(1),
    pause: () => Promise.resolve(),
  });
}

Deno.test("blocks are ranked by linear probe, each beside the untrained encoder's same block", async () => {
  const table = await rank({
    rotation: [right(0, 200), right(0, 140)],
    simclr: [right(0, 150), right(0, 260)],
  });
  assertEquals(table.by, "linear");
  assertEquals(table.rows.map(({ label, block, last }) => [label, block, last]), [
    ["simclr", 1, true],
    ["rotation", 0, false],
    ["simclr", 0, false],
    ["rotation", 1, true],
  ]);
  assertEquals(table.rows.map(({ linear }) => linear!.trained.value), [0.65, 0.5, 0.375, 0.35]);
  assertEquals(table.rows.map(({ linear }) => linear!.untrained.value), [0.4, 0.3, 0.3, 0.4]);
  const gains = table.rows.map(({ linear }) => Math.round(1000 * linear!.gain.value));
  assertEquals(gains, [250, 200, 75, -50]);
  assertEquals(table.rows.map(({ behind }) => behind && Math.round(1000 * behind.value)), [
    null,
    150,
    275,
    300,
  ]);
  assertEquals([table.pixels.linear!.value, table.pixels.knn!.value], [0.2, 0.15]);
  assertEquals([table.queries, table.labels, table.classes], [ITEMS, 50, 4]);
});

Deno.test("differences are paired: the same items right make a narrower interval", async () => {
  const nested = await rank({ a: [right(0, 200)], b: [right(0, 190)] });
  const apart = await rank({ a: [right(0, 200)], b: [right(200, 190)] });
  const width = ({ rows }: TournamentTable) => rows[1]!.behind!.high - rows[1]!.behind!.low;
  assert(width(nested) < width(apart) / 3, `${width(nested)} ${width(apart)}`);
  assert(nested.rows[1]!.behind!.low > 0);
  assert(apart.rows[1]!.behind!.low < 0);
});

Deno.test("without a linear probe the ranking goes by kNN", async () => {
  const table = await rank({ a: [right(0, 200)] }, ["knn"]);
  assertEquals([table.by, table.rows[0]!.linear, table.pixels.linear], ["knn", null, null]);
  assertEquals(recommend(table)!.score.value, 0.25);
});

Deno.test("a best that is clearly ahead is recommended without reserve", async () => {
  const found = recommend(await rank({ a: [right(0, 300), right(0, 200)], b: [right(0, 150)] }))!;
  assertEquals([found.label, found.block, found.last, found.clear], ["a", 0, false, true]);
  assertEquals(found.close, []);
  assertMatch(found.verdict, /^a, block 0 is best: linear probe 75\.0 %\. Training clearly helped/);
  assertMatch(found.verdict, /Every other block is clearly behind\.$/);
});

Deno.test("a best that is not clearly ahead names those that are as good", async () => {
  const found = recommend(await rank({ a: [right(0, 200)], b: [right(205, 195)] }))!;
  assertEquals([found.label, found.clear], ["a", false]);
  assertEquals(found.close, [{ label: "b", block: 0 }]);
  assertMatch(found.verdict, /Not clearly ahead of: b, block 0 \(the last\)\./);
});

Deno.test("where nothing was learned, the verdict says so, and of pixels too", async () => {
  const found = recommend(await rank({ a: [right(0, 80)] }))!;
  assert(found.gain.high < 0);
  assertMatch(found.verdict, /Training did not help: 10\.0 points below/);
  assertMatch(found.verdict, /Raw pixels are not clearly worse: 20\.0 %\./);
  assertEquals(recommend(await rank({})), null);
});
