/** Lists: one envelope for all of them, OpenAI's, so that its clients can read ours. @module */
import { z } from "zod";
import { integerText } from "./text_value.ts";

/** `{ object: "list", data: [...] }`. */
export function listOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ object: z.ZodLiteral<"list">; data: z.ZodArray<Item> }> {
  return z.object({ object: z.literal("list"), data: z.array(item) });
}

/** The envelope around some items. */
export function list<Item>(data: Item[]): { object: "list"; data: Item[] } {
  return { object: "list", data };
}

/** `?limit=`: most items of a page. */
export function limitQuery(fallback: number, high: number) {
  return integerText(1, high).default(fallback)
    .meta({ description: "Most items to answer", default: fallback });
}

/** `?offset=`: items to leave out before the first. */
export function offsetQuery() {
  return integerText(0, 2 ** 31).default(0)
    .meta({ description: "Items to leave out before the first", default: 0 });
}
