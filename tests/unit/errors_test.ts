import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  fromErrorRecord,
  InternalError,
  InvalidError,
  OverloadedError,
  toErrorRecord,
} from "../../src/errors.ts";

Deno.test("an error survives the way between workers with its class, faults and stack", () => {
  const faults = [{ path: "a.b", rule: "must be small", value: 7 }];
  const error = new InvalidError("Cannot do it", { errors: faults });
  const copy = fromErrorRecord(structuredClone(toErrorRecord(error)));
  assertInstanceOf(copy, InvalidError);
  assertEquals(copy.message, "Cannot do it");
  assertEquals(copy.errors, faults);
  assertEquals(copy.stack, error.stack);
});

Deno.test("the time to wait survives too and is at least a second", () => {
  const copy = fromErrorRecord(toErrorRecord(new OverloadedError("Full", 0.2)));
  assertInstanceOf(copy, OverloadedError);
  assertEquals(copy.retryAfterSeconds, 1);
});

Deno.test("what Alike did not name becomes internal", () => {
  for (const thrown of [new TypeError("x is undefined"), "text", undefined]) {
    assertInstanceOf(fromErrorRecord(toErrorRecord(thrown)), InternalError);
  }
});
