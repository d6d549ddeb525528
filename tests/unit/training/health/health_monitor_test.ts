import { assert, assertEquals } from "@std/assert";
import type { HealthReport } from "../../../../src/schemas/health.ts";
import {
  addReport,
  emptyHistory,
  reportsOf,
} from "../../../../src/training/health/health_history.ts";
import { HealthMonitor } from "../../../../src/training/health/health_monitor.ts";
import { healthReports } from "../../../support/health_reports.ts";

const learning = healthReports(60, { loss: (place) => 4 - 1.5 * place });
const then = (more: HealthReport[]) => more.map((report, i) => ({ ...report, step: 5 * (61 + i) }));

Deno.test("changes of the verdict are told once, with where they came from", () => {
  const monitor = new HealthMonitor();
  assertEquals(monitor.health.verdict, "warming-up");
  assertEquals(monitor.health.report, null);
  const changes = learning.flatMap((report) => monitor.observe(report) ?? []);
  assertEquals(changes.map(({ verdict, previous }) => [verdict, previous]), [
    ["learning", "warming-up"],
  ]);
  assertEquals(monitor.health.verdict, "learning");
  assertEquals(monitor.health.since, changes[0]!.step - 5);
  assertEquals(monitor.health.report?.step, 300);
  assert(monitor.healthy);
});

Deno.test("one odd report changes nothing but makes a checkpoint doubtful", () => {
  const monitor = new HealthMonitor();
  for (const report of learning) monitor.observe(report);
  const collapsed = then(healthReports(8, { loss: () => 4.2, rank: () => 2 }));
  let doubtful = 0;
  for (const report of collapsed) {
    const change = monitor.observe(report);
    if (change !== undefined) {
      assertEquals(change.verdict, "collapsing");
      break;
    }
    if (!monitor.healthy) doubtful++;
  }
  assertEquals(monitor.health.verdict, "collapsing");
  assertEquals([monitor.healthy, doubtful], [false, 1]);
});

Deno.test("a monitor goes on from its state as if it had never stopped", () => {
  const all = [...learning, ...then(healthReports(40, { loss: () => 2.5 }))];
  const whole = new HealthMonitor();
  const changes = all.map((report) => whole.observe(report));
  for (const cut of [3, 11, 60, 80]) {
    const first = new HealthMonitor();
    const found = all.slice(0, cut).map((report) => first.observe(report));
    const second = new HealthMonitor(JSON.parse(JSON.stringify(first.state)));
    found.push(...all.slice(cut).map((report) => second.observe(report)));
    assertEquals(found, changes);
    assertEquals(second.state, whole.state);
  }
});

Deno.test("a number that is none is a divergence at once", () => {
  const monitor = new HealthMonitor();
  for (const report of learning) monitor.observe(report);
  assertEquals(monitor.diverge(301, "the loss is NaN at step 301"), {
    step: 301,
    verdict: "diverged",
    previous: "learning",
    reason: "the loss is NaN at step 301",
  });
  assertEquals(monitor.healthy, false);
});

Deno.test("a history of any length is small, in order, and keeps its ends", () => {
  let history = emptyHistory();
  const [report] = healthReports(1, { loss: () => 4 });
  for (let i = 1; i <= 10_000; i++) history = addReport(history, { ...report!, step: 5 * i });
  const steps = reportsOf(history).map(({ step }) => step);
  assert(steps.length <= 3 + 97 + 32, `${steps.length}`);
  assertEquals(steps, steps.toSorted((a, b) => a - b));
  assertEquals(steps.slice(0, 3), [5, 10, 15]);
  assertEquals(steps.slice(-32), Array.from({ length: 32 }, (_, i) => 5 * (9969 + i)));
});
