/**
 * HonoSchema: routes made by `createRoute`, as the type that Hono's client reads.
 *
 * Hono derives it from an application whose routes are chained one call to the next; ours are
 * registered by {@linkcode Api}, file by file. This reads the same from the routes alone, and says
 * more of refusals: any route may give one, by the middleware if not by itself.
 *
 * @module
 */
import type { RouteConfig } from "@hono/zod-openapi";
import type { z } from "zod";
import type { Problem } from "../src/schemas/problem.ts";
import type { Cause } from "./errors.ts";

/** Routes by path and method. */
export type HonoSchema<Routes extends RouteConfig> = {
  [Path in Routes["path"] as HonoPath<Path>]: {
    [Method in Extract<Routes, { path: Path }>["method"] as `$${Method}`]: Endpoints<
      Extract<Routes, { path: Path; method: Method }>
    >;
  };
};

/** `/v1/jobs/{id}` as `/v1/jobs/:id`. */
type HonoPath<Path extends string> = Path extends `${infer Start}{${infer Name}}${infer Rest}`
  ? `${Start}:${Name}${HonoPath<Rest>}`
  : Path;

/** What a route may answer, status by status. */
type Endpoints<Route extends RouteConfig> =
  | {
    [Status in keyof Route["responses"] & number]: Endpoint<
      Input<Route["request"]>,
      Answer<Route["responses"][Status]>,
      Status
    >;
  }[keyof Route["responses"] & number]
  | Endpoint<
    Input<Route["request"]>,
    { output: Problem; outputFormat: "json" },
    Exclude<RefusalStatus, keyof Route["responses"]>
  >;

type Endpoint<In, Answer, Status> = Answer & { input: In; status: Status };

/** 499 is for the log: its client has gone. */
type RefusalStatus = Exclude<Cause["status"], 499>;

/** JSON where a route can answer JSON, else text, else bytes, whose `json()` is unknown. */
type Answer<Response> = Response extends { content: infer Content }
  ? Content extends { "application/json": { schema: infer Schema } }
    ? { output: z.output<Schema>; outputFormat: "json" }
  : Content extends { "text/plain": unknown } ? { output: string; outputFormat: "text" }
  : Bytes
  : Bytes;
type Bytes = { output: Unknown; outputFormat: "body" };

type Input<Request> =
  & Part<Request, "params", "param">
  & Part<Request, "query", "query">
  & Body<Request>;

/** A part of a request, which may be left out if all that is in it may be. */
type Part<Request, From extends string, To extends string> = Request extends
  { [K in From]: infer Schema extends z.ZodType }
  ? Unknown extends z.input<Schema> ? { [K in To]?: z.input<Schema> }
  : { [K in To]: z.input<Schema> }
  : Unknown;

/** JSON has to be given where a route takes nothing else. */
type Body<Request> = Request extends { body: { content: infer Content } }
  ? Content extends { "application/json": { schema: infer Schema } }
    ? [keyof Content] extends ["application/json"] ? { json: z.input<Schema> }
    : { json?: z.input<Schema> } & Form<Content>
  : Form<Content>
  : Unknown;

type Form<Content> = Content extends
  { "multipart/form-data": { schema: infer Schema extends z.ZodType } }
  ? { form?: { [Field in keyof z.input<Schema>]: FormValue<z.input<Schema>[Field]> } }
  : Unknown;
/** A list is a field that may come several times, each a file or text. */
type FormValue<Value> = Value extends readonly unknown[] ? FormPart | FormPart[] : Value;
type FormPart = Blob | string;

// deno-lint-ignore ban-types -- Hono's own type for an object of which nothing is known
type Unknown = {};
