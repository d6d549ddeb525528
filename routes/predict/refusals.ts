/** How predictions are refused. @module */
import { problems } from "../responses.ts";

export const refusals = problems(
  "malformed",
  "not_found",
  "conflict",
  "too_large",
  "unsupported",
  "invalid",
  "overloaded",
  "unavailable",
);
