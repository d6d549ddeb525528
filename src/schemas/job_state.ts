/** The states of a job. @module */
import { z } from "zod";

/** queued → running ⇄ paused → succeeded | failed | cancelled. */
export const JobState = z.enum(["queued", "running", "paused", "succeeded", "failed", "cancelled"]);
export type JobState = z.infer<typeof JobState>;

/** The states that a job may leave: it has not ended. */
export const OPEN_STATES: readonly JobState[] = ["queued", "running", "paused"];
