/** NT-Xent as a service, for clients that hold their own encoder. @module */
import { z } from "zod";

/** The body of `POST /v1/losses/nt-xent`. */
export const NtXentRequest = z.object({
  embeddings: z.array(z.array(z.number()).min(1).max(4096)).min(4).max(8192)
    .describe("2K rows of equal length; rows 2k and 2k+1 are the views of one item"),
  temperature: z.number().min(0.01).max(10).default(0.5),
  gradient: z.boolean().default(false).describe("Whether to answer the gradient too"),
}).superRefine(({ embeddings }, context) => {
  if (embeddings.length % 2 !== 0) {
    context.addIssue({
      code: "custom",
      path: ["embeddings"],
      message: "must have an even number of rows, two views of each item",
      input: embeddings.length,
    });
  }
  embeddings.forEach((row, i) => {
    if (row.length !== embeddings[0]!.length) {
      context.addIssue({
        code: "custom",
        path: ["embeddings", i],
        message: `must have as many numbers as the first row, ${embeddings[0]!.length}`,
        input: row.length,
      });
    } else if (row.every((value) => value === 0)) {
      context.addIssue({
        code: "custom",
        path: ["embeddings", i],
        message: "must not be all zeros: it has no direction",
        input: 0,
      });
    }
  });
});
export type NtXentRequest = z.infer<typeof NtXentRequest>;

/** What it answers. */
export const NtXentResult = z.object({
  loss: z.number().describe("Mean over all 2K rows"),
  perPair: z.array(z.number()).describe("Mean of both directions, K numbers"),
  gradient: z.array(z.array(z.number())).optional()
    .describe("Of the loss with respect to each given number"),
});
export type NtXentResult = z.infer<typeof NtXentResult>;
