/** What is thrown where a collection has no such item. @module */
import { NotFoundError } from "../errors.ts";

/** @param path The field that named it. */
export function noItem(id: string, path: string): NotFoundError {
  return new NotFoundError(`Cannot find the item: the collection has none of that id, ${id}`, {
    errors: [{ path, rule: "must be the id of an item", value: id }],
  });
}
