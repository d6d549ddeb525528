/** What the pages read of the OpenAPI document. @module */

/** A JSON Schema, as far as ours use it. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string | string[];
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  description?: string;
  default?: unknown;
  example?: unknown;
}

/** The schemas that have a name. */
export type Schemas = Record<string, Schema>;

/** A part of a request's address, or a header of it. */
export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
}

/** Schemas by media type. */
export type Content = Record<string, { schema: Schema }>;

/** What a route does. */
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  /** Empty: it needs no key. */
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

/** The document. */
export interface ApiDocument {
  info: { version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Schemas };
}

/** An operation, and how it is reached. */
export interface Route {
  /** In capitals. */
  method: string;
  path: string;
  operation: Operation;
}

/** All routes, in the document's order. */
export function routesOf({ paths }: ApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    }))
  );
}

/** The schema itself, where it is only named or put together of several. */
export function resolveSchema(schema: Schema, schemas: Schemas): Schema {
  const { $ref, allOf, ...own } = schema;
  const parts = [...($ref === undefined ? [] : [schemas[refName($ref)]!]), ...(allOf ?? [])];
  if (parts.length === 0) return schema;
  return Object.assign({}, ...parts.map((part) => resolveSchema(part, schemas)), own);
}

/** `#/components/schemas/Job` → `Job`. */
export function refName($ref: string): string {
  return $ref.split("/").at(-1)!;
}
