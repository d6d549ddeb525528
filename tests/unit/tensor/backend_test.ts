import { assertEquals } from "@std/assert";
import { selectBackend } from "../../../src/tensor/backend.ts";

Deno.test("by itself, the choice never falls on a software adapter, and says why", async () => {
  const { name, adapter, reason } = await selectBackend("auto");
  if (name === "webgpu") {
    assertEquals(/llvmpipe|swiftshader/i.test(adapter), false);
    assertEquals(reason, "a hardware WebGPU adapter is present");
  } else {
    assertEquals(name, "wasm");
    assertEquals(reason.startsWith("Cannot use WebGPU: "), true);
  }
});

Deno.test("what was chosen is logged", async () => {
  const lines: unknown[] = [];
  const log = { info: (message: string, fields: unknown) => lines.push([message, fields]) };
  const report = await selectBackend("wasm", log as never);
  assertEquals(lines, [["backend chosen", { ...report }]]);
});
