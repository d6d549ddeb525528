/**
 * Clients: 64 at once, each with one request under way, by Debian's `wrk`: clients share the cores
 * with what they measure, and this one takes least of them.
 *
 * It keeps a connection for as long as the service does: Deno before 2.9.6 closed it after a request
 * whose body did not come with its head (denoland/deno #36657).
 *
 * @module
 */
import { Buffer } from "node:buffer";

/** How many clients. */
export const CLIENTS = 64;

/** What they saw. */
export interface LoadReport {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** What the clients took of the cores, µs a request. */
  cpu: number;
}

/** A request as it goes over the wire. */
export function post(path: string, type: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`,
  );
  return Buffer.concat([head, body]);
}

/** Sends the requests in turn, for some seconds. @throws {Error} If one is not answered 200. */
export async function load(
  port: number,
  requests: Uint8Array[],
  seconds: number,
): Promise<LoadReport> {
  const file = await Deno.makeTempFile();
  try {
    const length = (bytes: Uint8Array) => new TextEncoder().encode(`${bytes.length}\n`);
    await Deno.writeFile(file, Buffer.concat(requests.flatMap((bytes) => [length(bytes), bytes])));
    const script = new URL("./requests.lua", import.meta.url).pathname;
    const { success, stdout, stderr } = await new Deno.Command("bash", {
      args: [
        "-c",
        'TIMEFORMAT="%U %S"; time wrk "$@"',
        "wrk",
        ...["--threads", "1", "--connections", `${CLIENTS}`, "--duration", `${seconds}s`],
        ...["--timeout", "60s", "--script", script],
        ...[`http://127.0.0.1:${port}`, "--", file],
      ],
    }).output();
    // The service goes on with what is unanswered at the end: it does not see that the clients left.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const text = new TextDecoder().decode(stdout);
    const told = new TextDecoder().decode(stderr).trim().split("\n");
    if (!success) throw new Error(`wrk failed (apt-get install wrk):\n${told.join("\n")}`);
    const seen = JSON.parse(text.trim().split("\n").at(-1)!);
    if (seen.failed > 0) throw new Error(`${seen.failed} of ${seen.requests} requests failed`);
    const [user, system] = told.at(-1)!.split(" ").map(Number);
    return {
      perSecond: seen.requests / seen.seconds,
      p50: seen.p50,
      p99: seen.p99,
      cpu: 1e6 * (user! + system!) / seen.requests,
    };
  } finally {
    await Deno.remove(file);
  }
}
