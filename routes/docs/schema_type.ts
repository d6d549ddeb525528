/** A schema's type in a few words. @module */
import { resolveSchema, type Schema, type Schemas } from "./api_document.ts";

/** Type and range, such as `integer, 1 to 512`; choices are separated by `|`. */
export function schemaType(schema: Schema, schemas: Schemas): string {
  const whole = resolveSchema(schema, schemas);
  const { type = "any", enum: values } = whole;
  const choices = whole.anyOf ?? whole.oneOf;
  if (choices !== undefined) return either(choices.map((choice) => schemaType(choice, schemas)));
  const types = [type].flat();
  if (values !== undefined && !types.includes("boolean")) {
    return either([...values.map((value) => JSON.stringify(value)), ...types.filter(isNull)]);
  }
  return either(types.map((one) => single(one, whole, schemas)));
}

function single(type: string, schema: Schema, schemas: Schemas): string {
  const { format, items, prefixItems, additionalProperties: values } = schema;
  switch (type) {
    case "integer":
    case "number":
      return listed(type, range(schema, ""));
    case "string":
      if (format === "binary") return "file";
      if (format === "date-time") return "time (ISO 8601)";
      return listed(
        type,
        range({ minimum: schema.minLength, maximum: schema.maxLength }, " characters"),
      );
    case "array": {
      if (prefixItems !== undefined) {
        return `[${prefixItems.map((item) => schemaType(item, schemas)).join("; ")}]`;
      }
      const item = schemaType(items ?? {}, schemas);
      return listed(
        `list of ${item.includes(" | ") ? `(${item})` : item}`,
        range({ minimum: schema.minItems, maximum: schema.maxItems }, " items"),
      );
    }
    case "object":
      if (typeof values !== "object") return type;
      return `object: any name → ${schemaType(values, schemas)}`;
    default:
      return type;
  }
}

type Limit = "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum";
type Range = { [Name in Limit]?: number | undefined };

/** Limits in words; `unit` follows the last number. */
function range(limits: Range, unit: string): string {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = limits;
  // What a number can hold exactly limits nobody.
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) {
    return minimum === most ? `${minimum}${unit}` : `${minimum} to ${most}${unit}`;
  }
  const words = [
    minimum !== undefined && `at least ${minimum}`,
    above !== undefined && `above ${above}`,
    most !== undefined && `at most ${most}`,
    below !== undefined && `below ${below}`,
  ].filter((word) => word !== false);
  return words.length === 0 ? "" : `${words.join(", ")}${unit}`;
}

function listed(type: string, limits: string): string {
  return limits === "" ? type : `${type}, ${limits}`;
}

function either(types: string[]): string {
  return [...new Set(types)].join(" | ");
}

function isNull(type: string): boolean {
  return type === "null";
}
