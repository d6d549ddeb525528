import { assertEquals } from "@std/assert";
import { mayHaveGpu } from "../../../src/tensor/gpu_device.ts";

Deno.test({
  name: "a GPU is looked for where one of its devices is, and only there",
  ignore: Deno.build.os !== "linux",
  fn() {
    assertEquals(mayHaveGpu(["/dev/no-such-device"]), false);
    assertEquals(mayHaveGpu(["/dev/no-such-device", "/dev/null"]), true);
  },
});
