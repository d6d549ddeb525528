/** NT-Xent as a service, for clients that hold their own encoder. @module */
import { z } from "zod";
import { matrix } from "./matrix.ts";

/** The body of `POST /v1/losses/nt-xent`. */
export const NtXentRequest = z.strictObject({
  embeddings: matrix({ minRows: 4, maxRows: 8192, maxColumns: 4096 })
    .refine((rows) => rows.length % 2 === 0, {
      error: "must have an even number of rows, two views of each item",
    })
    .describe("2K rows of equal length; rows 2k and 2k+1 are the views of one item"),
  temperature: z.number().min(0.01).max(10).default(0.5),
  gradient: z.boolean().describe("Whether to answer the gradient too").default(false),
}).meta({
  id: "NtXentRequest",
  example: {
    embeddings: [[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]],
    temperature: 0.5,
    gradient: true,
  },
});
export type NtXentRequest = z.infer<typeof NtXentRequest>;

/** What it answers. */
export const NtXentResult = z.object({
  loss: z.number().describe("Mean over all 2K rows"),
  perPair: z.array(z.number()).describe("Mean of both directions, K numbers"),
  gradient: z.array(z.array(z.number())).optional()
    .describe("Of the loss with respect to each given number"),
}).meta({ id: "NtXentResult" });
export type NtXentResult = z.infer<typeof NtXentResult>;
