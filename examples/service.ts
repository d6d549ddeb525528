/** Where the service is. @module */
import type { AlikeClientOptions } from "../client.ts";

/** ALIKE_URL and ALIKE_API_KEY, or a service on this machine that asks for no key. */
export function service(): AlikeClientOptions & { baseUrl: string } {
  const apiKey = Deno.env.get("ALIKE_API_KEY");
  return {
    baseUrl: Deno.env.get("ALIKE_URL") ?? "http://127.0.0.1:8787",
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}
