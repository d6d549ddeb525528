/**
 * Error lines: standard error, with the lines of one turn of the event loop in one write. A line of
 * the access log by itself costs as much as a fifth of what else its request does.
 *
 * @module
 */

const encoder = new TextEncoder();
let waiting = "";

/** Writes a line at the end of this turn, or when the process ends. */
export function writeErrorLine(line: string): void {
  if (waiting === "") {
    listen();
    setTimeout(flushErrorLines, 0);
  }
  waiting += line + "\n";
}

/** Writes what waits. */
export function flushErrorLines(): void {
  const bytes = encoder.encode(waiting);
  waiting = "";
  try {
    for (let done = 0; done < bytes.length;) {
      done += Deno.stderr.writeSync(bytes.subarray(done));
    }
  } catch {
    // Nobody reads them any more; there is nowhere to say so, and requests are still to be answered.
  }
}

let listening = false;

/** However the process ends, short of being killed, its last lines are worth most. */
function listen(): void {
  if (listening) return;
  listening = true;
  for (const event of ["unload", "error", "unhandledrejection"]) {
    globalThis.addEventListener(event, flushErrorLines);
  }
}
