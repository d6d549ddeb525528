import { assertEquals } from "@std/assert";
import { openTracing, parseTraceparent, traceparentOf } from "../../src/tracing.ts";

Deno.test("there is no tracing unless the environment asks for it", async () => {
  for (const value of [undefined, "", "false", "0"]) {
    assertEquals(await openTracing(value ?? ""), undefined);
  }
});

Deno.test("a traceparent names a span, and says nothing if it is none", () => {
  const text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const context = parseTraceparent(text)!;
  assertEquals(context.traceFlags, 1);
  assertEquals(traceparentOf(context), text);
  for (const bad of ["", "00-0-0-0", text.toUpperCase(), `${text}-x`, text.replace("00-", "ff-")]) {
    assertEquals(parseTraceparent(bad), undefined, bad);
  }
});
