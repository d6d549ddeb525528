/**
 * Problem: how every refusal is answered, RFC 9457 with an `error` member of OpenAI's shape.
 *
 * @module
 */
import { z } from "zod";

/** `application/problem+json`. */
export const Problem = z.object({
  type: z.string().describe("Names the cause: `urn:alike:problem:` and `code`"),
  title: z.string().describe("The cause in words, the same for every occurrence"),
  status: z.int(),
  detail: z.string().describe("What is wrong this time"),
  instance: z.string().describe("The request id, also in the X-Request-Id header and the log"),
  code: z.string(),
  errors: z.array(z.object({
    path: z.string().describe("Which field: `recipe.augment.crop.area[0]`, a header or parameter"),
    rule: z.string().describe("What it must be"),
    value: z.unknown().describe("What it was, cut to about 100 characters"),
  })).describe("At most 20 faults of the input; empty where the input is not at fault"),
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }).describe("The same for clients of OpenAI's API"),
}).meta({
  id: "Problem",
  example: {
    type: "urn:alike:problem:invalid",
    title: "The request breaks a rule",
    status: 422,
    detail: "Cannot take the request: batchSize must be at most 8192, got 10000",
    instance: "0b9c5b5e-6f0c-4d0b-8c1e-7a4bb7a2f0f1",
    code: "invalid",
    errors: [{ path: "batchSize", rule: "must be at most 8192", value: 10000 }],
    error: {
      message: "Cannot take the request: batchSize must be at most 8192, got 10000",
      type: "invalid_request_error",
      param: "batchSize",
      code: "invalid",
    },
  },
});
export type Problem = z.infer<typeof Problem>;
