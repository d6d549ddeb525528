import { assertEquals, assertMatch } from "@std/assert";
import { createLogger } from "../../src/log.ts";

Deno.test("json lines hold time, level, message and fields, inherited ones too", () => {
  const lines: string[] = [];
  const log = createLogger({ format: "json", write: (line) => lines.push(line) });
  log.with({ job: "job_1" }).info("started", { step: 3 });
  const { time, ...rest } = JSON.parse(lines[0]!);
  assertMatch(time, /^\d{4}-\d\d-\d\dT/);
  assertEquals(rest, { level: "info", message: "started", job: "job_1", step: 3 });
});

Deno.test("less than the level is not written", () => {
  const lines: string[] = [];
  const log = createLogger({ level: "warn", write: (line) => lines.push(line) });
  log.info("quiet");
  log.error("loud", { code: "x" });
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /error loud code=x$/);
});
