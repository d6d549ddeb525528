/**
 * Self-test: runs each kernel we depend on, and its gradient, on tiny inputs against plain numbers,
 * at the start of every worker. A backend that answers wrong numbers silently is worse than none.
 *
 * @module
 */

/** What one kernel answered. */
export interface SelfTestResult {
  /** The kernel or operation, `Conv2DBackpropFilter`. */
  kernel: string;
  ok: boolean;
  /** Largest absolute difference from the reference. */
  error: number;
  /** What is wrong, or null. */
  message: string | null;
}
