/** Says which field of a request named what is not there. @module */
import { NotFoundError } from "../errors.ts";

/** @param path The field. @param value What it named. @throws {NotFoundError} That `find` threw. */
export async function namedField<T>(
  path: string,
  value: string,
  find: () => Promise<T>,
): Promise<T> {
  try {
    return await find();
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    const errors = [{ path, rule: "must be the name or id of one that there is", value }];
    throw new NotFoundError(cause.message, { cause, errors });
  }
}
