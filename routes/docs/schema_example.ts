/** A value that a schema allows, to begin from. @module */
import { resolveSchema, type Schema, type Schemas } from "./api_document.ts";

/** The schema's own example, or one made of those of its required fields. */
export function schemaExample(schema: Schema, schemas: Schemas): unknown {
  const whole = resolveSchema(schema, schemas);
  if (whole.example !== undefined) return whole.example;
  if (whole.default !== undefined) return whole.default;
  if (whole.enum !== undefined) return whole.enum[0];
  const choice = (whole.anyOf ?? whole.oneOf)?.[0];
  if (choice !== undefined) return schemaExample(choice, schemas);
  const { required = [], properties = {} } = whole;
  switch ([whole.type].flat()[0]) {
    case "object":
      return Object.fromEntries(
        required.map((name) => [name, schemaExample(properties[name] ?? {}, schemas)]),
      );
    case "array": {
      const { items = {}, minItems = 1 } = whole;
      return (whole.prefixItems ?? Array<Schema>(minItems).fill(items))
        .map((item) => schemaExample(item, schemas));
    }
    case "integer":
    case "number":
      return whole.minimum ?? 0;
    case "boolean":
      return false;
    case "string":
      return "";
    default:
      return null;
  }
}
