/**
 * Images in requests: in JSON as data URIs or base64, as files of a form, or as the body itself.
 *
 * @module
 */
import type { z } from "zod";
import { type FieldError, InvalidError } from "../src/errors.ts";
import { decodeImageText } from "../src/images/image_text.ts";
import { MAX_IMAGES } from "../src/schemas/image_input.ts";
import { queryOf } from "./api.ts";
import { readBytes, readForm, readJson, requireMediaType } from "./body.ts";
import type { AppContext } from "./context.ts";
import { check, invalid, MAX_FAULTS } from "./validation.ts";

/** The media types that {@linkcode readImages} takes. */
export const IMAGE_MEDIA_TYPES = ["application/json", "multipart/form-data", "image/*"] as const;

/** How a route's images come. */
export interface ImageRequest<Options> {
  /** Of the JSON body: the options and `input`. */
  json: z.ZodType<Options & { input: string | string[] }>;
  /** Of the same options as text: a form's other fields, or an image's query parameters. */
  query: z.ZodObject & z.ZodType<Options>;
  /** Most images. @default {2048} */
  maxImages?: number;
  maxBytes: number;
}

/** What came. */
export interface ReceivedImages<Options> {
  options: Options;
  images: Uint8Array<ArrayBuffer>[];
  /** Where the i-th image came from, for faults. */
  origin(index: number): Origin;
}

/** The field an image was in (`input`, `input[3]`, `body`), and what it held if that was text. */
export interface Origin {
  path: string;
  value?: string;
}

/**
 * Reads the images of a request, and its options.
 *
 * @throws {InvalidError} With `input[i]`, or the option at fault.
 */
export async function readImages<Options>(
  c: AppContext,
  request: ImageRequest<Options>,
): Promise<ReceivedImages<Options>> {
  const { maxBytes, maxImages = MAX_IMAGES } = request;
  const mediaType = requireMediaType(c, IMAGE_MEDIA_TYPES);
  if (!mediaType.startsWith("image/")) requireNoOptions(c, request.query);
  switch (mediaType) {
    case "application/json": {
      const body = check(request.json, await readJson(c, maxBytes), "body");
      const { input } = body;
      return {
        options: body,
        images: decodeImages(input, "input"),
        origin: (i) =>
          typeof input === "string"
            ? { path: "input", value: input }
            : { path: `input[${i}]`, value: input[i]! },
      };
    }
    case "multipart/form-data":
      return await fromForm(await readForm(c, maxBytes), request.query, maxImages);
    default: {
      const options = check(request.query, queryOf(c.req.queries()), "query");
      const image = await readBytes(c, maxBytes);
      if (image.length === 0) {
        throw invalid([{ path: "body", rule: "must not be empty", value: "" }]);
      }
      return { options, images: [image], origin: () => ({ path: "body" }) };
    }
  }
}

/**
 * An option in the query would be overlooked where the body holds them. Other parameters are let
 * pass: some of OpenAI's clients send one (`api-version`).
 */
export function requireNoOptions(c: AppContext, query: z.ZodObject): void {
  const faults = Object.entries(queryOf(c.req.queries()))
    .filter(([name]) => Object.hasOwn(query.shape, name))
    .map(([path, value]) => ({
      path,
      rule: "must be a field of the body; the query counts where the body is an image",
      value,
    }));
  if (faults.length > 0) throw invalid(faults);
}

/** Any file is an image, whatever its field is called; `input` may also hold text as in JSON. */
async function fromForm<Options>(
  form: FormData,
  schema: z.ZodType<Options>,
  maxImages: number,
): Promise<ReceivedImages<Options>> {
  const fields: Record<string, string[]> = Object.create(null);
  const images: (string | File)[] = [];
  for (const [name, value] of form) {
    if (value instanceof File || name === "input") images.push(value);
    else (fields[name] ??= []).push(value);
  }
  const options = check(schema, queryOf(fields), "body");
  if (images.length === 0 || images.length > maxImages) {
    const rule = images.length === 0
      ? "must be given: a file, or a field with a data URI or base64"
      : `must have at most ${maxImages} ${maxImages === 1 ? "file" : "files"}`;
    throw invalid([{ path: "input", rule, value: images.length }]);
  }
  const decoded = await Promise.all(
    images.map(async (image, i) =>
      typeof image === "string"
        ? decodeImages([image], "input", i)[0]!
        : new Uint8Array(await image.arrayBuffer())
    ),
  );
  return { options, images: decoded, origin: (i) => ({ path: `input[${i}]` }) };
}

/**
 * The bytes of data URIs or base64 texts.
 *
 * @param path What the field is called in faults: `input`, then `[i]` if there are several.
 * @param first Number of the first one.
 * @throws {InvalidError} With every text at fault.
 */
export function decodeImages(
  input: string | readonly string[],
  path: string,
  first = 0,
): Uint8Array<ArrayBuffer>[] {
  const faults: FieldError[] = [];
  const images: Uint8Array<ArrayBuffer>[] = [];
  const texts = typeof input === "string" ? [input] : input;
  for (const [i, text] of texts.entries()) {
    const decoded = decodeImageText(text);
    if (typeof decoded !== "string") {
      images.push(decoded);
      continue;
    }
    const at = typeof input === "string" ? path : `${path}[${first + i}]`;
    faults.push({ path: at, rule: decoded, value: text });
    if (faults.length === MAX_FAULTS) break;
  }
  if (faults.length > 0) throw invalid(faults);
  return images;
}

/**
 * Says what the embedder says of the image at `input[i]` in terms of what the client sent.
 *
 * @param origin Where the i-th image came from.
 * @returns A handler for a promise's rejection; it throws.
 */
export function blameOrigin(origin: (index: number) => Origin): (error: unknown) => never {
  return (error) => {
    throw error instanceof InvalidError ? blamed(error, origin) : error;
  };
}

function blamed(error: InvalidError, origin: (index: number) => Origin): InvalidError {
  if (error.errors.length === 0) return error;
  return invalid(error.errors.map((fault) => {
    const index = /^input\[(\d+)\]$/.exec(fault.path)?.[1];
    return index === undefined ? fault : { ...fault, ...origin(Number(index)) };
  }));
}
