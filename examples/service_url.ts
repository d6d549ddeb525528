/** Where the service is. @module */

/** ALIKE_URL, or a service on this machine. */
export function serviceUrl(): string {
  return Deno.env.get("ALIKE_URL") ?? "http://127.0.0.1:8787";
}
