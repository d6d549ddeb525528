/** Losses, for clients that hold their own encoder. @module */
import { createRoute } from "@hono/zod-openapi";
import { InternalError } from "../src/errors.ts";
import { NtXentRequest, NtXentResult } from "../src/schemas/nt_xent.ts";
import type { Api } from "./api.ts";
import { callOptions, deadlineHeader } from "./call_options.ts";
import { json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";

export const ntXent = createRoute({
  method: "post",
  path: "/v1/losses/nt-xent",
  operationId: "ntXent",
  tags: ["Training"],
  summary: "NT-Xent of given embeddings",
  description:
    "Chen et al. 2020, equation 1, with its gradient if asked for: rows 2k and 2k+1 are " +
    "the views of one item, and the loss is the mean over both directions of all pairs.",
  parameters: [deadlineHeader],
  request: { body: jsonBody(NtXentRequest) },
  responses: {
    200: json(NtXentResult, "The loss"),
    ...problems("malformed", "too_large", "unsupported", "invalid", "overloaded", "unavailable"),
  },
});

/** Registers the routes. */
export function lossRoutes(api: Api, services: Services): void {
  api.route(ntXent, async (c) => {
    const request = c.req.valid("json");
    const result = await services.embedder.ntXent(request, callOptions(c, services.config));
    // JSON would make null of it.
    if (!Number.isFinite(result.loss)) throw new InternalError("Cannot answer: the loss is NaN");
    return c.json(result, 200);
  });
}
