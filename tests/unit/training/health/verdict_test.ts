import { assertEquals, assertMatch } from "@std/assert";
import { judge } from "../../../../src/training/health/verdict.ts";
import { type Course, healthReports } from "../../../support/health_reports.ts";

const CHANCE = Math.log(63);
const falling = (place: number) => 4 - 1.5 * place;

function verdict(count: number, course: Course, seed?: number) {
  return judge(healthReports(count, course, seed));
}

Deno.test("without reports, or with a few, nothing is said yet", () => {
  assertEquals(judge([]), { verdict: "warming-up", reason: "nothing is measured yet" });
  for (let count = 1; count < 8; count++) {
    const { verdict: found, reason } = verdict(count, { loss: falling });
    assertEquals(found, "warming-up");
    assertEquals(reason, `${count} of the 8 reports that a verdict needs are there`);
  }
});

Deno.test("a loss that falls clearly below where it began is learning, with figures", () => {
  for (const count of [12, 24, 100, 1000]) {
    const { verdict: found, reason } = verdict(count, { loss: falling });
    assertEquals(found, "learning", reason);
    assertMatch(reason, /^the loss fell from [34]\.\d+ to [23]\.\d+ \(chance: 4\.14\)$/);
  }
});

Deno.test("an encoder that is not trained is never learning, though its loss is below chance", () => {
  for (let seed = 0; seed < 40; seed++) {
    for (const [count, noise] of [[8, 0.1], [20, 0.1], [40, 0.1], [100, 0.02], [100, 0.3]]) {
      const untrained = { loss: () => 3.2, noise: noise! };
      const { verdict: found, reason } = verdict(count!, untrained, seed);
      assertEquals(found, count! < 24 ? "warming-up" : "plateau", reason);
      assertMatch(reason, /is not clearly below where it began/);
    }
  }
});

Deno.test("while the learning rate rises, a flat loss is no plateau", () => {
  const course = { loss: () => 4, learningRate: (place: number) => 1e-3 * place + 1e-6 };
  const { verdict: found, reason } = verdict(60, course);
  assertEquals(found, "warming-up");
  assertMatch(reason, /the learning rate still rises/);
});

Deno.test("a loss that has fallen and lies flat is a plateau, told with since when", () => {
  const loss = (place: number) => 4 - 1.5 * Math.min(1, 4 * place);
  const { verdict: found, reason } = verdict(120, { loss });
  assertEquals(found, "plateau");
  assertMatch(reason, /^the loss fell from 3\.\d+ to 2\.\d+ .*, but not since step \d+: 2\.\d+ to/);
});

Deno.test("a loss that is flat because the schedule ends stays learning; a plateau stays one", () => {
  const cosine = (place: number) => 1e-3 * (1 + Math.cos(Math.PI * place)) / 2;
  const learns = (place: number) => 4 - 2 * Math.min(0.67, place);
  const good = verdict(200, { loss: learns, learningRate: cosine, noise: 0.02 });
  assertEquals(good.verdict, "learning");
  assertMatch(good.reason, /level now that the learning rate is down to/);
  const stuck = (place: number) => 4 - 2 * Math.min(0.15, place);
  assertEquals(
    verdict(200, { loss: stuck, learningRate: cosine, noise: 0.02 }).verdict,
    "plateau",
  );
});

Deno.test("a rank that falls while the loss stays near chance is a collapse", () => {
  const rank = (place: number) => 41 - 38 * Math.max(0, Math.min(1, 2 * place - 0.5));
  const { verdict: found, reason } = verdict(60, { loss: () => CHANCE, rank });
  assertEquals(found, "collapsing");
  assertEquals(
    reason.replace(/stays near chance, 4\.\d+/, "stays near chance, 4.1"),
    "the effective rank of h fell from 41 to 3 while the loss stays near chance, 4.1 of 4.14",
  );
  // It need not be late.
  assertEquals(verdict(10, { loss: () => CHANCE, rank }).verdict, "collapsing");
  // Where no chance is known, where the loss began stands for it.
  const blind = verdict(60, { loss: () => 2, rank, chance: null, noise: 0.01 });
  assertEquals(blind.verdict, "collapsing");
  assertMatch(blind.reason, /the loss stays at 2(\.\d+)?, where it began/);
});

Deno.test("a rank that falls while the loss falls is none: a classifier needs few directions", () => {
  const rank = (place: number) => 41 - 38 * place;
  const course = { loss: (place: number) => 1.38 - place, chance: Math.log(4), rank, noise: 0.02 };
  assertEquals(verdict(60, { ...course, contrastive: false }).verdict, "learning");
});

Deno.test("projections that become one point are a collapse, whatever the loss does", () => {
  const spread = (place: number) => 0.6 * (1 - place) + 0.01;
  const { verdict: found, reason } = verdict(60, { loss: falling, spread, chance: null });
  assertEquals(found, "collapsing");
  assertMatch(reason, /projections of simclr are becoming one point.* from 0\.\d+ to 0\.0\d+ of 1/);
  // A small spread from the start on is how some networks begin.
  assertEquals(verdict(60, { loss: falling, spread: () => 0.08 }).verdict, "learning");
});

Deno.test("a loss well above its start and chance has diverged; one wild batch has not", () => {
  const jump = (place: number) => place < 0.5 ? 4 : 9;
  const { verdict: found, reason } = verdict(60, { loss: jump });
  assertEquals(found, "diverged");
  assertMatch(reason, /the loss rose from 4(\.\d+)? to [89](\.\d+)? and stays there/);
  const reports = healthReports(60, { loss: falling });
  reports[59] = { ...reports[59]!, loss: 40 };
  assertEquals(judge(reports).verdict === "diverged", false);
});

Deno.test("weights that grow a thousandfold have diverged", () => {
  const { verdict: found, reason } = verdict(60, {
    loss: () => 4,
    weights: (place) => 20 * 10 ** (6 * place),
  });
  assertEquals(found, "diverged");
  assertMatch(reason, /the length of the weights grew from 20 to 2\.0e\+7/);
});

Deno.test("an adversary that is always right has outplayed the run, one that is not has not", () => {
  const course = { loss: falling, chance: null, contrastive: false };
  for (const [accuracy, wanted] of [[0.99, "outplayed"], [0.9, "learning"], [0.5, "learning"]]) {
    const { verdict: found, reason } = verdict(40, {
      ...course,
      accuracy: () => accuracy as number,
    });
    assertEquals(found, wanted);
    if (found === "outplayed") assertMatch(reason, /right in 99 % of cases \(chance: 50 %\)/);
  }
  // A streak shorter than a verdict needs says nothing.
  const late = verdict(40, { ...course, accuracy: (place) => place > 0.9 ? 1 : 0.6 });
  assertEquals(late.verdict, "learning");
});
