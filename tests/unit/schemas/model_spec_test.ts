import { assertEquals } from "@std/assert";
import { ModelSpec } from "../../../src/schemas/model.ts";
import { fakeModelSpec } from "../../support/models.ts";

Deno.test("a served block must be one of the encoder's, with that block's dimensions", () => {
  const rules = (parts: object) =>
    ModelSpec.safeParse({ ...fakeModelSpec(), ...parts }).error?.issues
      .map(({ path, message }) => `${path.join(".")} ${message}`);
  assertEquals(rules({}), undefined);
  assertEquals(rules({ block: 1, dimensions: 8 }), undefined);
  assertEquals(rules({ block: 1, dimensions: 9 }), ["dimensions must be 8, as block 1 has"]);
  assertEquals(rules({ block: 4, dimensions: 8 }), [
    "block must be at most 3, the last block of small_conv",
  ]);
  assertEquals(rules({ block: -1 })?.length, 1);
});
