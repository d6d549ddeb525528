import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readConfig } from "../../src/config.ts";
import { InvalidError } from "../../src/errors.ts";

Deno.test("an empty environment gives the defaults", () => {
  const config = readConfig({ HOME: "/root" });
  assertEquals(config.host, "127.0.0.1");
  assertEquals(config.port, 8787);
  assertEquals(config.apiKeys, []);
  assertEquals(config.backend, "auto");
});

Deno.test("settings are read and turned into their types", () => {
  const config = readConfig({
    ALIKE_PORT: "0",
    ALIKE_API_KEYS: "0123456789abcdef, fedcba9876543210",
    ALIKE_HOST: "0.0.0.0",
    ALIKE_BACKEND: "wasm",
  });
  assertEquals(config.port, 0);
  assertEquals(config.apiKeys, ["0123456789abcdef", "fedcba9876543210"]);
  assertEquals(config.host, "0.0.0.0");
});

Deno.test("all faults are reported together, and no key is shown", () => {
  const error = assertThrows(
    () =>
      readConfig({
        ALIKE_PORT: "eighty",
        ALIKE_BACKEND: "cuda",
        ALIKE_API_KEYS: "short",
        ALIKE_PROT: "80",
      }),
    InvalidError,
  );
  assertEquals(
    error.errors.map((fault) => fault.path).sort(),
    ["ALIKE_API_KEYS", "ALIKE_BACKEND", "ALIKE_PORT", "ALIKE_PROT"],
  );
  assertEquals(error.message.includes("short"), false);
  assertStringIncludes(error.message, "eighty");
});

Deno.test("a public address needs keys", () => {
  const error = assertThrows(() => readConfig({ ALIKE_HOST: "0.0.0.0" }), InvalidError);
  assertEquals(error.errors[0]?.path, "ALIKE_HOST");
});
