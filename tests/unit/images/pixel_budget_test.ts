import { assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { PixelBudget } from "../../../src/images/pixel_budget.ts";

Deno.test("work in flight never has more pixels than the budget, and all of it is done", async () => {
  const budget = new PixelBudget(100);
  let pixels = 0;
  const order: number[] = [];
  const costs = Array.from({ length: 50 }, (_, i) => 1 + (i * 37) % 90);
  await Promise.all(costs.map((cost, i) =>
    budget.use(cost, async () => {
      order.push(i);
      pixels += cost;
      assertLessOrEqual(pixels, 100);
      await new Promise((done) => setTimeout(done, i % 3));
      pixels -= cost;
    })
  ));
  assertEquals(pixels, 0);
  assertEquals(order, costs.map((_, i) => i), "first come, first served");
});

Deno.test("work larger than the whole budget runs alone", async () => {
  const budget = new PixelBudget(100);
  const events: string[] = [];
  await Promise.all([1, 1000, 1].map((cost, i) =>
    budget.use(cost, async () => {
      events.push(`begin ${i}`);
      await new Promise((done) => setTimeout(done, 1));
      events.push(`end ${i}`);
    })
  ));
  assertEquals(events, ["begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"]);
});

Deno.test("work that fails gives its pixels back", async () => {
  const budget = new PixelBudget(10);
  const failing = budget.use(10, () => Promise.reject(new RangeError("no")));
  const next = budget.use(10, () => Promise.resolve("done"));
  await assertRejects(() => failing, RangeError);
  assertEquals(await next, "done");
});
