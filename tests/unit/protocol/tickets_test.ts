import { assertEquals } from "@std/assert";
import { Tickets } from "../../../src/protocol/tickets.ts";

Deno.test("what is brought meets who takes it, whichever comes first, and is forgotten", async () => {
  const tickets = new Tickets<string>();
  const early = tickets.take(1);
  tickets.bring(2, "second");
  assertEquals(tickets.unmet, 2);
  tickets.bring(1, "first");
  assertEquals(await early, "first");
  assertEquals(await tickets.take(2), "second");
  assertEquals(tickets.unmet, 0);
});
