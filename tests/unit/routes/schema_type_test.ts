import { assertEquals } from "@std/assert";
import type { Schema } from "../../../routes/docs/api_document.ts";
import { schemaExample } from "../../../routes/docs/schema_example.ts";
import { schemaType } from "../../../routes/docs/schema_type.ts";

const schemas: Record<string, Schema> = {
  Score: { type: "number", minimum: 0, maximum: 1 },
  Kind: { type: "string", enum: ["png", "json"] },
};

Deno.test("a type is said with its range, and choices one after the other", () => {
  const cases: [Schema, string][] = [
    [{ type: "integer", minimum: 1, maximum: 512 }, "integer, 1 to 512"],
    [{ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, "integer, at least 0"],
    [{ type: "number", exclusiveMinimum: 0, maximum: 1 }, "number, above 0, at most 1"],
    [{ type: "number", minimum: 0, exclusiveMaximum: 1 }, "number, at least 0, below 1"],
    [{ type: "string", minLength: 1, maxLength: 100 }, "string, 1 to 100 characters"],
    [{ type: "string", format: "binary" }, "file"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ type: "string", enum: ["a", "b"] }, '"a" | "b"'],
    [{ type: "boolean", enum: [true, false] }, "boolean"],
    [{ anyOf: [{ type: "object" }, { type: "object" }, { type: "null" }] }, "object | null"],
    [{ type: "array", items: { type: "number" }, minItems: 2 }, "list of number, at least 2 items"],
    [
      { type: "array", items: { anyOf: [{ type: "number" }, { type: "string" }] } },
      "list of (number | string)",
    ],
    [{ type: "array", prefixItems: [{ type: "number" }, { type: "string" }] }, "[number; string]"],
    [{ type: "object", additionalProperties: { type: "integer" } }, "object: any name → integer"],
    [{ $ref: "#/components/schemas/Kind" }, '"png" | "json"'],
    [
      { allOf: [{ $ref: "#/components/schemas/Score" }, { type: ["number", "null"] }] },
      "number, 0 to 1 | null",
    ],
  ];
  for (const [schema, said] of cases) assertEquals(schemaType(schema, schemas), said);
});

Deno.test("an example is the schema's own, or made of those of what is required", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      score: { $ref: "#/components/schemas/Score" },
      kind: { $ref: "#/components/schemas/Kind" },
      images: { type: "array", items: { type: "string", example: "a cat" }, minItems: 2 },
      left: { type: "string" },
    },
    required: ["score", "kind", "images"],
  };
  const example = { score: 0, kind: "png", images: ["a cat", "a cat"] };
  assertEquals(schemaExample(schema, schemas), example);
  assertEquals(schemaExample({ oneOf: [schema, { type: "null" }] }, schemas), example);
  assertEquals(schemaExample({ ...schema, example: { left: "x" } }, schemas), { left: "x" });
});
