/** Extension: more training for a job that has ended. @module */
import { z } from "zod";
import { TrainRequest } from "./train.ts";

const { epochs, steps, minutes } = TrainRequest.shape;

/** The body of `POST /v1/jobs/:id/extend`: exactly one of epochs, steps, minutes. */
export const JobExtension = z.strictObject({ epochs, steps, minutes })
  .superRefine((request, context) => {
    const given = [request.epochs, request.steps, request.minutes].filter((x) => x !== undefined);
    if (given.length === 1) return;
    context.addIssue({
      code: "custom",
      path: ["epochs"],
      message: "exactly one of epochs, steps and minutes must be given",
      input: request.epochs,
    });
  }).meta({ id: "JobExtension", example: { epochs: 10 } });
export type JobExtension = z.infer<typeof JobExtension>;

/** The losses of a job's steps, as of its last checkpoint. */
export const JobLosses = z.object({
  from: z.int().describe("The step of the first loss"),
  total: z.int().describe("Steps on record"),
  losses: z.array(z.number().nullable())
    .describe("One a step, exactly as computed; null where it was no finite number"),
}).meta({ id: "JobLosses", example: { from: 1, total: 3, losses: [5.5, 5.25, 5] } });
export type JobLosses = z.infer<typeof JobLosses>;
