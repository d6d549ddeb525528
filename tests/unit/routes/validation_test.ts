import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { check, pathText } from "../../../routes/validation.ts";
import { type FieldError, InvalidError } from "../../../src/errors.ts";

function faults(schema: z.ZodType, value: unknown): FieldError[] {
  return assertThrows(() => check(schema, value, "body"), InvalidError).errors;
}

Deno.test("a value that passes comes back as the schema makes it", () => {
  assertEquals(check(z.object({ a: z.int().default(1) }), {}, "body"), { a: 1 });
});

Deno.test("rules are said in words", () => {
  const cases: [z.ZodType, unknown, string][] = [
    [z.string(), 5, "must be a string"],
    [z.string(), undefined, "must be given"],
    [z.number(), NaN, "must be a finite number"],
    [z.number(), "5", "must be a number"],
    [z.int(), 1.5, "must be a whole number"],
    [z.boolean(), 1, "must be true or false"],
    [z.array(z.string()), {}, "must be a list"],
    // It is told once, not for each rule that lists have.
    [z.array(z.string()).max(3), "text", "must be a list"],
    [z.object({}), [], "must be an object"],
    [z.number().min(2), 1, "must be at least 2"],
    [z.number().gt(2), 2, "must be more than 2"],
    [z.number().lt(2), 2, "must be less than 2"],
    [z.string().min(3), "a", "must have at least 3 characters"],
    [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 item"],
    [z.literal("a"), "b", 'must be "a"'],
    [z.enum(["a", "b"]), "c", 'must be one of "a", "b"'],
    [z.union([z.string(), z.array(z.string())]), 5, "must be a string or a list"],
    [z.union([z.string(), z.int()]), undefined, "must be given"],
    [z.string("must be a name"), 5, "must be a name"],
    [z.iso.datetime(), "x", "must be datetime"],
    [z.string().refine(() => false, "must rhyme"), "a", "must rhyme"],
  ];
  for (const [schema, value, rule] of cases) {
    assertEquals(faults(schema, value), [{ path: "body", rule, value }]);
  }
});

Deno.test("every unknown field is a fault of its own", () => {
  assertEquals(faults(z.strictObject({}), { a: 1, b: [2] }), [
    { path: "a", rule: "is not a known field", value: 1 },
    { path: "b", rule: "is not a known field", value: [2] },
  ]);
});

Deno.test("of a union's forms, the faults of the closest are told", () => {
  const schema = z.union([
    z.strictObject({ images: z.array(z.string()) }),
    z.strictObject({ views: z.array(z.tuple([z.string(), z.string()])) }),
  ]);
  assertEquals(faults(schema, { views: [["a", 5]] }), [
    { path: "views[0][1]", rule: "must be a string", value: 5 },
  ]);
  assertEquals(faults(schema, {}), [{ path: "images", rule: "must be given", value: undefined }]);
});

Deno.test("at most twenty faults are told", () => {
  assertEquals(faults(z.array(z.string()), Array(1000).fill(1)).length, 20);
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
  assertEquals(faults(z.strictObject({}), many).length, 20);
});

Deno.test("the message holds the first fault and how many more there are", () => {
  const schema = z.object({ a: z.string(), b: z.string() });
  const { message } = assertThrows(() => check(schema, { a: 1 }, "body"), InvalidError);
  assertEquals(message, "Cannot take the request: a must be a string, got 1 (and 1 more)");
});

Deno.test("paths are written as people write them", () => {
  assertEquals(pathText([], "body"), "body");
  assertEquals(pathText(["a", "b", 0, "c"], "body"), "a.b[0].c");
  assertEquals(pathText([0], "body"), "[0]");
  assertEquals(pathText(["a b", "X-Y"], "body"), '["a b"].X-Y');
});
