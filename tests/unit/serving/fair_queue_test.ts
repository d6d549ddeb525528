import { assertEquals } from "@std/assert";
import { FairQueue } from "../../../src/serving/fair_queue.ts";

function part(entry: string, count: number, dueAt = 0) {
  return { entry, start: 0, count, dueAt };
}

/** Takes the next batch, as `group: entry[start, end)`. */
function take(queue: FairQueue<string>, now = 0): string | undefined {
  const group = queue.due(now);
  if (group === undefined) return undefined;
  const parts = queue.take(group).map(({ entry, start, count }) =>
    `${entry}[${start},${start + count})`
  );
  return `${group.name}: ${parts.join(" ")}`;
}

Deno.test("a batch takes whole parts, and as much of the next one as has room", () => {
  const queue = new FairQueue<string>();
  queue.add("g", 4, part("a", 3));
  queue.add("g", 4, part("b", 6));
  queue.add("g", 4, part("c", 1));
  assertEquals(queue.count, 10);
  assertEquals(take(queue), "g: a[0,3) b[0,1)");
  assertEquals(take(queue), "g: b[1,5)");
  assertEquals(take(queue), "g: b[5,6) c[0,1)");
  assertEquals([take(queue), queue.count], [undefined, 0]);
});

Deno.test("a group is due when it is full, or its first part is", () => {
  const queue = new FairQueue<string>();
  queue.add("g", 4, part("a", 1, 10));
  queue.add("g", 4, part("b", 1, 5));
  assertEquals([queue.due(4), queue.nextDueAt()], [undefined, 5]);
  assertEquals(queue.due(5)?.name, "g");
  queue.add("full", 2, part("c", 2, 100));
  assertEquals(queue.due(0)?.name, "full");
});

Deno.test("groups take turns", () => {
  const queue = new FairQueue<string>();
  queue.add("g", 1, part("a", 3));
  queue.add("h", 1, part("b", 2));
  const order = Array.from({ length: 5 }, () => take(queue));
  assertEquals(order, ["g: a[0,1)", "h: b[0,1)", "g: a[1,2)", "h: b[1,2)", "g: a[2,3)"]);
});

Deno.test("what is taken out counts no more, nor does its time", () => {
  const queue = new FairQueue<string>();
  const [first, second] = [part("a", 5, 1), part("b", 1, 9)];
  queue.add("g", 4, first);
  queue.add("g", 4, second);
  assertEquals(take(queue), "g: a[0,4)");
  queue.remove("g", first);
  assertEquals([queue.count, queue.nextDueAt()], [1, 9]);
  queue.remove("g", first);
  queue.remove("h", second);
  queue.remove("g", second);
  assertEquals([queue.count, queue.nextDueAt(), [...queue.parts()]], [0, Infinity, []]);
});

Deno.test("what waits after a batch keeps its own time", () => {
  const queue = new FairQueue<string>();
  queue.add("g", 2, part("a", 2, 1));
  queue.add("g", 2, part("b", 1, 9));
  take(queue);
  assertEquals([queue.due(8), queue.nextDueAt()], [undefined, 9]);
});
