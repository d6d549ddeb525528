/** The whole service, as a process of its own. @module */
import { startFlags } from "./start_flags.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** A service that was started, and may have ended. */
export class ServiceProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #url = Promise.withResolvers<string>();
  /** What it has logged so far. */
  log = "";

  /** Starts it with these settings. */
  constructor(settings: Record<string, string>) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--node-modules-dir=manual",
        ...startFlags(ROOT),
        "--allow-all",
        "--no-prompt",
        `${ROOT}/main.ts`,
      ],
      env: { XDG_RUNTIME_DIR: "/tmp", ...settings, ALIKE_LOG_FORMAT: "json" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#reading = this.#read();
    // A process that never listens is awaited by `ended`, not by `url`.
    this.#url.promise.catch(() => {});
  }

  /** Where it listens. Rejects if it ends before it does. */
  get url(): Promise<string> {
    return this.#url.promise;
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    await this.ended();
  }

  async #read(): Promise<void> {
    let url: string | undefined;
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.log += text;
      // Once only: to search it makes one piece of what was put together, and benchmarks log much.
      url ??= /"message":"listening","url":"([^"]+)"/.exec(this.log)?.[1];
      if (url !== undefined) this.#url.resolve(url);
    }
    this.#url.reject(new Error(`The service has ended:\n${this.log}`));
  }
}
