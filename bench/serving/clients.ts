/**
 * Clients: 64 at once, each with one request under way. Bare sockets, because the clients share the
 * cores with what they measure. Deno 2.9.5 closes a connection after a request whose body did not
 * come with its head (denoland/deno #36657), so each request has a connection of its own.
 *
 * @module
 */

/** How many clients. */
export const CLIENTS = 64;

/** What they saw. */
export interface LoadReport {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** A request as it goes over the wire. */
export function post(path: string, type: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
  );
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

/** Sends the requests in turn, for some seconds. @throws {Error} At an answer that is not 200. */
export async function load(
  port: number,
  requests: Uint8Array[],
  seconds: number,
): Promise<LoadReport> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + 1000 * seconds;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    const buffer = new Uint8Array(65_536);
    for (let i = client; performance.now() < end; i += CLIENTS) {
      const sent = performance.now();
      await exchange(port, requests[i % requests.length]!, buffer);
      times.push(performance.now() - sent);
    }
  }));
  const elapsed = performance.now() - start;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  return { perSecond: 1000 * times.length / elapsed, p50: at(0.5), p99: at(0.99) };
}

async function exchange(port: number, request: Uint8Array, buffer: Uint8Array): Promise<void> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  for (let sent = 0; sent < request.length;) {
    sent += await connection.write(request.subarray(sent));
  }
  let length = 0;
  for (;;) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  const answer = new TextDecoder().decode(buffer.subarray(0, length));
  if (!answer.startsWith("HTTP/1.1 200 ") || !answer.endsWith("}")) {
    throw new Error(`the answer was ${answer.slice(0, 500)}`);
  }
}
