import { assertEquals } from "@std/assert";
import { evenShares } from "../../../src/schemas/even_shares.ts";

Deno.test("a batch is dealt to as many replicas as it can be evenly", () => {
  const cases: [batch: number, wanted: number, size: number][] = [
    [256, 1, 1],
    [256, 2, 2],
    [256, 3, 2],
    [250, 8, 5],
    [7, 4, 1],
    [9, 4, 3],
    // A replica needs two items to tell apart.
    [4, 4, 2],
    [2, 2, 1],
  ];
  for (const [batch, wanted, size] of cases) assertEquals(evenShares(batch, wanted), size);
});
