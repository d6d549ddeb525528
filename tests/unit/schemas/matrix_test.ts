import { assert, assertEquals } from "@std/assert";
import { matrix } from "../../../src/schemas/matrix.ts";

const schema = matrix({ minRows: 1, maxRows: 8192, maxColumns: 4096 });

Deno.test("rows of finite numbers with a direction pass as they are", () => {
  const rows = [[1, -2.5], [0, 1e-10], [1e14, 0]];
  assertEquals(schema.parse(rows), rows);
});

Deno.test("what is no number, not finite, ragged, or without a direction is named", () => {
  const cases: [unknown, (string | number)[]][] = [
    [[[1, "2"]], [0, 1]],
    [[[1, 2], [NaN, 1]], [1, 0]],
    [[[1, 2], [1]], [1]],
    [[[1, 2], [0, 0]], [1]],
    [[[1e-20, 0]], [0]],
    [[[1e16, 0]], [0]],
    [[[1, , 2]], [0, 1]],
    [[1], [0]],
    [[], []],
    ["x", []],
  ];
  for (const [rows, path] of cases) {
    const { error } = schema.safeParse(rows);
    assertEquals(error?.issues[0]?.path, path, JSON.stringify(rows));
  }
});

Deno.test("a million faults are not all written down", () => {
  const { error } = schema.safeParse(Array(1000).fill(Array(1000).fill("a")));
  assert(error!.issues.length <= 10);
});
