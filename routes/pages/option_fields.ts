/**
 * Option fields: what a form asks for, from the schema that requests are checked by, so that a new
 * option, or a new objective, has its fields by itself.
 *
 * @module
 */
import { z } from "zod";
import { InternalError } from "../../src/errors.ts";

/** One option; those of an object within are on their own. */
export interface OptionField {
  /** `temperature`, `noise.level`. */
  path: string;
  label: string;
  description: string | undefined;
  /** What it may be: one of some values, true or false, or a number. */
  kind: { choices: readonly (string | number)[] } | "boolean" | NumberKind;
  default: unknown;
}

/** A number's bounds, where it has some. */
export interface NumberKind {
  whole: boolean;
  minimum: number | undefined;
  maximum: number | undefined;
  /** Whether it must be more than the minimum. */
  above: boolean;
}

/** Options that are told apart by their `name`, or by one of several names. */
export interface NamedOptions {
  names: string[];
  about: string | undefined;
  fields: OptionField[];
}

/** As much of JSON Schema as options are written in. */
interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  const?: string | number;
  enum?: (string | number)[];
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/**
 * The fields of each option of a union.
 *
 * @param union Whose options are objects with a `name`.
 */
export function namedOptions(union: { options: readonly z.ZodObject[] }): NamedOptions[] {
  return union.options.map((option) => {
    const schema = z.toJSONSchema(option, { io: "input" }) as JsonSchema;
    const { name, ...others } = schema.properties!;
    return {
      names: valuesOf(name!)!.map(String),
      about: schema.description,
      fields: Object.entries(others).flatMap(([path, property]) => fieldsOf(path, property)),
    };
  });
}

/** @throws {InternalError} If no form is known for it. */
function fieldsOf(path: string, schema: JsonSchema): OptionField[] {
  if (schema.properties !== undefined) {
    const defaults = (schema.default ?? {}) as Record<string, unknown>;
    return Object.entries(schema.properties)
      .flatMap(([name, property]) => {
        const inherited = Object.hasOwn(defaults, name) ? { default: defaults[name] } : {};
        return fieldsOf(`${path}.${name}`, { ...property, ...inherited });
      });
  }
  return [{
    path,
    label: labelOf(path),
    description: schema.description,
    kind: kindOf(path, schema),
    default: schema.default,
  }];
}

function kindOf(path: string, schema: JsonSchema): OptionField["kind"] {
  const choices = valuesOf(schema);
  if (choices !== undefined) return { choices };
  switch (schema.type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return {
        whole: schema.type === "integer",
        minimum: bound(schema.exclusiveMinimum ?? schema.minimum),
        maximum: bound(schema.maximum ?? schema.exclusiveMaximum),
        above: schema.exclusiveMinimum !== undefined,
      };
    default:
      throw new InternalError(`Cannot make a field of ${path}: its type is ${schema.type}`);
  }
}

/** What a whole number can be at all is no bound to tell people. */
function bound(value: number | undefined): number | undefined {
  return value !== undefined && Math.abs(value) === Number.MAX_SAFE_INTEGER ? undefined : value;
}

/** The values of an enum, a literal, or a union of literals. */
function valuesOf(schema: JsonSchema): (string | number)[] | undefined {
  if (schema.enum !== undefined) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  const values = schema.anyOf?.flatMap((one) => valuesOf(one) ?? []);
  return values?.length === schema.anyOf?.length ? values : undefined;
}

/** `noise.level` → `Noise level`, `projectionHidden` → `Projection hidden`. */
function labelOf(path: string): string {
  const words = path.replaceAll(".", " ")
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words[0]!.toUpperCase() + words.slice(1);
}
