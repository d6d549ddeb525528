import { assert, assertEquals } from "@std/assert";
import { preview } from "../../../routes/preview.ts";

Deno.test("short values are shown as they are", () => {
  for (const value of ["text", "", 1.5, -0.25, true, false, null]) {
    assertEquals(preview(value), value);
  }
  assertEquals(preview(undefined), null);
});

Deno.test("numbers that JSON has no form for are shown by name", () => {
  assertEquals(preview(NaN), "NaN");
  assertEquals(preview(-Infinity), "-Infinity");
});

Deno.test("long text is cut, and no character in half", () => {
  assertEquals(preview("a".repeat(101)), `${"a".repeat(100)}…`);
  const cut = preview(`${"a".repeat(99)}💩`) as string;
  assert(cut.isWellFormed());
  assertEquals(preview("a".repeat(100)), "a".repeat(100));
});

Deno.test("lists and objects are shown as short text", () => {
  assertEquals(preview([1, "a", null, NaN]), '[1,"a",null,NaN]');
  assertEquals(preview({ a: { b: [1] } }), '{"a":{"b":[1]}}');
  assertEquals(preview({ a: { b: { c: { d: 1 } } } }), '{"a":{"b":{"c":…}}}');
  assertEquals(preview(JSON.parse('{"__proto__":1}')), '{"__proto__":1}');
  assert((preview(Array(1e6).fill("x")) as string).length <= 101);
});

Deno.test("bytes are never shown", () => {
  assertEquals(preview(new Uint8Array(1234)), "(1234 bytes)");
  assertEquals(preview(new Blob(["abc"])), "(3 bytes)");
  assertEquals(preview([new Uint8Array(2)]), "[(2 bytes)]");
});

Deno.test("a list nested deeper than a stack is shown", () => {
  let value: unknown = 1;
  for (let i = 0; i < 200_000; i++) value = [value];
  assertEquals(preview(value), "[[[…]]]");
});
