import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { namedOptions } from "../../../../routes/pages/option_fields.ts";
import { InternalError } from "../../../../src/errors.ts";
import { ObjectiveRequest, ObjectiveSpec } from "../../../../src/schemas/objective.ts";

Deno.test("an option becomes a field with its bounds, choices and default", () => {
  const schema = z.strictObject({
    name: z.enum(["a", "b"]),
    rate: z.number().gt(0).max(2).default(0.5).describe("How fast"),
    longWords: z.int().min(2).default(3),
    grid: z.union([z.literal(2), z.literal(3)]).default(2),
    on: z.boolean().default(true),
    noise: z.strictObject({
      kind: z.enum(["x", "y"]).default("x"),
      level: z.number().min(0).max(1).default(0.1),
    }).default({ kind: "y", level: 0.2 }),
  }).describe("What it is for");
  const [options] = namedOptions({ options: [schema] });
  assertEquals(options!.names, ["a", "b"]);
  assertEquals(options!.about, "What it is for");
  const number = { whole: false, minimum: 0, maximum: 2, above: true };
  assertEquals(options!.fields[0], {
    path: "rate",
    label: "Rate",
    description: "How fast",
    kind: number,
    default: 0.5,
  });
  const kinds = options!.fields.slice(1).map(({ path, label, kind, default: value }) => [
    path,
    label,
    typeof kind === "object" && "choices" in kind ? kind.choices : kind,
    value,
  ]);
  assertEquals(kinds, [
    [
      "longWords",
      "Long words",
      { whole: true, minimum: 2, maximum: undefined, above: false },
      3,
    ],
    ["grid", "Grid", [2, 3], 2],
    ["on", "On", "boolean", true],
    // The default of the whole goes before that of the part.
    ["noise.kind", "Noise kind", ["x", "y"], "y"],
    ["noise.level", "Noise level", { whole: false, minimum: 0, maximum: 1, above: false }, 0.2],
  ]);
});

Deno.test("every objective's fields are the options it has, at their defaults", () => {
  for (const { names, about, fields } of namedOptions(ObjectiveSpec)) {
    assertEquals(typeof about, "string", names[0]);
    const given: Record<string, unknown> = {};
    for (const { path, default: value } of fields) {
      const keys = path.split(".");
      const last = keys.pop()!;
      let at = given;
      for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
      at[last] = value;
    }
    const spec = ObjectiveSpec.parse({ name: names[0], ...given });
    assertEquals(spec, ObjectiveRequest.parse(names[0]));
    assertEquals(
      Object.keys(given).sort(),
      Object.keys(spec).filter((key) => key !== "name").sort(),
    );
  }
});

Deno.test("an option that no form is known for is an error, not left out", () => {
  const schema = z.strictObject({ name: z.literal("a"), list: z.array(z.number()) });
  assertThrows(() => namedOptions({ options: [schema] }), InternalError, "list");
});
