/** What the service answered instead of what was asked for. @module */
import type { Problem } from "../src/schemas/problem.ts";

/** A problem document (RFC 9457), or another answer that is no success. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  /** The HTTP status. */
  readonly status: number;
  /** `invalid`, `not_found`, `conflict`, …; `unknown` if the answer was no problem document. */
  readonly code: string;
  /** Which fields are at fault, the rule and the value. */
  readonly errors: Problem["errors"];

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? `the service answered ${status}`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.errors = problem.errors ?? [];
  }

  /** Of an answer whose status is no success. */
  static async from(response: Response): Promise<RefusedError> {
    const text = await response.text();
    try {
      return new RefusedError(response.status, JSON.parse(text) as Problem);
    } catch {
      return new RefusedError(response.status, { detail: text.slice(0, 200) });
    }
  }
}
