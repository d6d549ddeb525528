/**
 * A thin stand-in for `@std/assert` over `node:assert/strict`: same names, same signatures.
 *
 * JSR is not reachable from every machine that builds Alike. Pointing the import map at
 * `jsr:@std/assert@1` is all it takes to use the real one.
 *
 * @module
 */
import assert_ from "node:assert/strict";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export class AssertionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AssertionError";
  }
}

function fail_(message: string, more?: string): never {
  throw new AssertionError(more ? `${message}: ${more}` : message);
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) fail_(msg || "Expected a truthy value");
}

export function assertFalse(expr: unknown, msg = ""): void {
  if (expr) fail_(msg || "Expected a falsy value");
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  try {
    assert_.deepStrictEqual(actual, expected);
  } catch (error) {
    fail_(msg ?? "Values are not equal", (error as Error).message);
  }
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (msg === undefined) assert_.notDeepStrictEqual(actual, expected);
  else assert_.notDeepStrictEqual(actual, expected, msg);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): void {
  if (msg === undefined) assert_.strictEqual(actual, expected);
  else assert_.strictEqual(actual, expected, msg);
}

export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const delta = tolerance ??
    (Number.isFinite(expected) ? Math.max(Math.abs(expected) * 1e-7, Number.MIN_VALUE) : 1e-7);
  if (!(Math.abs(actual - expected) <= delta)) {
    fail_(msg ?? `Expected ${actual} to be within ${delta} of ${expected}`);
  }
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) fail_(msg ?? `Expected a value, got ${actual}`);
}

export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) fail_(msg ?? `Expected ${actual} > ${expected}`);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) fail_(msg ?? `Expected ${actual} >= ${expected}`);
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) fail_(msg ?? `Expected ${actual} < ${expected}`);
}

export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) fail_(msg ?? `Expected ${actual} <= ${expected}`);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) {
    fail_(msg ?? `Expected ${JSON.stringify(actual)} to match ${expected}`);
  }
}

export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) {
    fail_(msg ?? `Expected ${JSON.stringify(actual)} not to match ${expected}`);
  }
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    fail_(msg ?? `Expected ${JSON.stringify(actual)} to include ${JSON.stringify(expected)}`);
  }
}

export function assertInstanceOf<E>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any
  expectedType: abstract new (...args: any[]) => E,
  msg?: string,
): asserts actual is E {
  if (!(actual instanceof expectedType)) {
    fail_(msg ?? `Expected an instance of ${expectedType.name}`);
  }
}

function checkError<E extends Error>(
  error: unknown,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  if (!(error instanceof Error)) fail_("A non-Error object was thrown", String(error));
  if (errorClass && !(error instanceof errorClass)) {
    fail_(
      `Expected error to be an instance of ${errorClass.name}, got ${error.constructor.name}`,
      error.message,
    );
  }
  if (msgIncludes !== undefined && !error.message.includes(msgIncludes)) {
    fail_(`Expected message to include ${JSON.stringify(msgIncludes)}`, error.message);
  }
  return error as E;
}

export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  let thrown: { error: unknown } | undefined;
  try {
    fn();
  } catch (error) {
    thrown = { error };
  }
  if (!thrown) fail_("Expected function to throw");
  return checkError(thrown.error, errorClass, msgIncludes);
}

export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E> {
  let thrown: { error: unknown } | undefined;
  try {
    await fn();
  } catch (error) {
    thrown = { error };
  }
  if (!thrown) fail_("Expected function to reject");
  return checkError(thrown.error, errorClass, msgIncludes);
}

export function fail(msg?: string): never {
  fail_(msg ?? "Failed");
}

export function unreachable(reason?: string): never {
  fail_("Unreachable", reason);
}
