/** Bodies with images, as the documentation describes them. @module */
import { z } from "zod";

const file = z.string().meta({ format: "binary" });

/**
 * A JSON body, a form, or an image.
 *
 * @param json Schema of the JSON body.
 * @param fields Schema of the form's text fields.
 */
export function imageBodies<Json extends z.ZodType, Shape extends z.ZodRawShape>(
  json: Json,
  fields: z.ZodObject<Shape, z.core.$strict>,
) {
  return {
    required: true,
    content: {
      "application/json": { schema: json },
      "multipart/form-data": { schema: fields.extend({ input: z.array(file) }) },
      "image/*": { schema: file },
    },
  };
}
