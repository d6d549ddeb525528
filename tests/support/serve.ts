/** An application on a real socket. @module */
import type { App } from "../../routes/context.ts";

/** Serves on a free port of loopback while `use` runs. */
export async function serving<T>(app: App, use: (url: string) => Promise<T>): Promise<T> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.fetch);
  try {
    return await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}
