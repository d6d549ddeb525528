/** AlikeRoutes: the whole API as the type that Hono's client reads. @module */
import type { RouteConfig } from "@hono/zod-openapi";
import type { Hono } from "hono";
import type { BlankEnv } from "hono/types";
import type { HonoSchema } from "./hono_schema.ts";
import type { ROUTE_FILES } from "./route_files.ts";

type Files = (typeof ROUTE_FILES)[number];
type RoutesOf<File> = File extends unknown ? Extract<File[keyof File], RouteConfig> : never;

/** For `hc<AlikeRoutes>`; made of the routes' own definitions. */
export type AlikeRoutes = Hono<BlankEnv, HonoSchema<RoutesOf<Files>>, "/">;
