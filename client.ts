/**
 * The typed client of an Alike service, for Deno, Node and browsers: `AlikeClient`, with a method for
 * what one does with the service; and `routesClient`, Hono's client with the types of every route.
 *
 * @example
 * ```ts
 * import { AlikeClient } from "./client.ts";
 *
 * const alike = new AlikeClient({ baseUrl: "http://localhost:8787" });
 * const { vectors } = await alike.embed([await Deno.readFile("photo.jpg")]);
 * ```
 *
 * @module
 */
export {
  AlikeClient,
  type AlikeClientOptions,
  type Embeddings,
  type JobInput,
  type PlanInput,
  type TrainInput,
} from "./client/alike_client.ts";
export { cosine } from "./client/cosine.ts";
export { type ImageSource, imageText } from "./client/image_source.ts";
export { RefusedError } from "./client/refused_error.ts";
export { type RoutesClient, routesClient } from "./client/routes_client.ts";
