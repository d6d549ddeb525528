/** Items that are added to a collection. @module */
import { z } from "zod";
import { ImageInput } from "./image_input.ts";
import { Metadata } from "./collection.ts";
import { Name } from "./name.ts";

/** Most items in one request. */
export const MAX_ADDED = 256;

/** One item. */
const NewItem = z.strictObject({
  id: Name.optional().describe("Default: made up. An item of that id is replaced"),
  image: ImageInput,
  label: z.string().min(1).max(200).nullable().default(null),
  metadata: Metadata.default({}),
});

/** The body of `POST /v1/collections/:name/items`. */
export const AddItemsRequest = z.strictObject({
  items: z.array(NewItem).min(1, "must hold at least one item").max(MAX_ADDED)
    .superRefine((items, context) => {
      const seen = new Set<string>();
      items.forEach(({ id }, i) => {
        if (id !== undefined && seen.has(id)) {
          const message = "must not be that of another item";
          context.addIssue({ code: "custom", path: [i, "id"], message, input: id });
        }
        if (id !== undefined) seen.add(id);
      });
    }),
}).meta({ id: "AddItemsRequest" });
export type AddItemsRequest = z.infer<typeof AddItemsRequest>;

/** The ids of what was added, in order. */
export const AddedItems = z.object({ ids: z.array(z.string()), count: z.int() })
  .meta({ id: "AddedItems", example: { ids: ["tabby"], count: 2001 } });
