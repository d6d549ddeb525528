/** Answers as the documentation describes them. @module */
import type { z } from "zod";
import { Problem } from "../src/schemas/problem.ts";
import { CAUSES } from "./errors.ts";

/** A JSON answer. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON answer whose header says where the new thing is: 201, or 202 of what is still made. */
export function created<Schema extends z.ZodType>(schema: Schema, description: string) {
  return {
    ...json(schema, description),
    headers: { Location: { description: "Where it is", schema: { type: "string" as const } } },
  };
}

/** A JSON body. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

/**
 * The refusals of a route, by cause. Those that any route may give (no key, out of time, a fault of
 * ours) are always among them.
 */
export function problems(...causes: (keyof typeof CAUSES)[]): object {
  const answers: Record<number, { description: string; content: object }> = {};
  for (const cause of new Set([...causes, "unauthorized", "internal", "timeout"] as const)) {
    const { status, title } = CAUSES[cause];
    const description = answers[status] === undefined
      ? title
      : `${answers[status].description}, or: ${title.toLowerCase()}`;
    answers[status] = { description, content: { "application/problem+json": { schema: Problem } } };
  }
  return answers;
}

/** The refusals of a route whose work waits for the embedders, and `more`. */
export function embedderProblems(...more: (keyof typeof CAUSES)[]): object {
  return problems(
    "malformed",
    "not_found",
    "too_large",
    "unsupported",
    "invalid",
    "overloaded",
    "unavailable",
    ...more,
  );
}
