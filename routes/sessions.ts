/** Sessions: training runs that the client steps. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { Model } from "../src/schemas/model.ts";
import { Name } from "../src/schemas/name.ts";
import { list, listOf } from "../src/schemas/page.ts";
import { idOf } from "../src/schemas/reference.ts";
import { SessionRequest, SessionStep, SessionStepRequest } from "../src/schemas/session.ts";
import type { Api } from "./api.ts";
import { created, embedderProblems, json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";

const tags = ["Training"];
const params = z.object({ id: idOf("session") });

const Session = z.object({
  id: z.string(),
  step: z.int().describe("Steps done"),
  createdAt: z.iso.datetime(),
}).meta({ id: "Session" });

const SessionCreated = z.object({
  id: z.string(),
  expiresInSeconds: z.number().describe("Without a request, the session ends after so long"),
}).meta({
  id: "SessionCreated",
  example: { id: "session_6f1d2c3b4a596877", expiresInSeconds: 600 },
});

const SaveRequest = z.strictObject({ name: Name.meta({ description: "Name of the model" }) })
  .meta({ id: "SaveRequest", example: { name: "by-hand" } });

export const createSession = createRoute({
  method: "post",
  path: "/v1/sessions",
  operationId: "createSession",
  tags,
  summary: "Start a session",
  request: { body: jsonBody(SessionRequest) },
  responses: {
    201: created(SessionCreated, "The session"),
    ...problems(
      "malformed",
      "conflict",
      "too_large",
      "unsupported",
      "invalid",
      "overloaded",
      "unavailable",
    ),
  },
});

export const listSessions = createRoute({
  method: "get",
  path: "/v1/sessions",
  operationId: "listSessions",
  tags,
  summary: "List sessions",
  responses: { 200: json(listOf(Session), "All of them"), ...problems() },
});

export const stepSession = createRoute({
  method: "post",
  path: "/v1/sessions/{id}/steps",
  operationId: "stepSession",
  tags,
  summary: "One NT-Xent step",
  description: "Either `images`, of each of which the service draws two views, or `views`, pairs " +
    "that are used as they are.",
  request: { params, body: jsonBody(SessionStepRequest) },
  responses: {
    200: json(SessionStep, "What the step did"),
    ...embedderProblems("conflict"),
  },
});

export const saveSession = createRoute({
  method: "post",
  path: "/v1/sessions/{id}/save",
  operationId: "saveSession",
  tags,
  summary: "Keep the encoder as a model",
  request: { params, body: jsonBody(SaveRequest) },
  responses: {
    201: created(Model, "The model"),
    ...problems(
      "malformed",
      "not_found",
      "conflict",
      "too_large",
      "unsupported",
      "invalid",
      "unavailable",
    ),
  },
});

export const deleteSession = createRoute({
  method: "delete",
  path: "/v1/sessions/{id}",
  operationId: "deleteSession",
  tags,
  summary: "End a session",
  request: { params },
  responses: { 204: { description: "It is gone" }, ...problems("not_found", "invalid") },
});

/** Registers the routes. */
export function sessionRoutes(api: Api, { sessions }: Services): void {
  api.route(createSession, async (c) => {
    const created = await sessions.create(c.req.valid("json"));
    return c.json(created, 201, { location: `/v1/sessions/${created.id}` });
  });
  api.route(listSessions, async (c) => c.json(list(await sessions.list()), 200));
  api.route(
    stepSession,
    async (c) => c.json(await sessions.step(c.req.valid("param").id, c.req.valid("json")), 200),
  );
  api.route(saveSession, async (c) => {
    const model = await sessions.save(c.req.valid("param").id, c.req.valid("json").name);
    return c.json(model, 201, { location: `/v1/models/${model.id}` });
  });
  api.route(deleteSession, async (c) => {
    await sessions.delete(c.req.valid("param").id);
    return c.body(null, 204);
  });
}
