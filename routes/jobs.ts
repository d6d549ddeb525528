/** Jobs: work in the background. @module */
import { createRoute } from "@hono/zod-openapi";
import { z } from "zod";
import { Job, JobEvent, JobRequest, JobState } from "../src/schemas/job.ts";
import { JobExtension, JobLosses } from "../src/schemas/job_extension.ts";
import { Plan, PlanRequest } from "../src/schemas/job_plan.ts";
import { limitQuery, list, listOf } from "../src/schemas/page.ts";
import { idOf } from "../src/schemas/reference.ts";
import { integerText } from "../src/schemas/text_value.ts";
import { MOST_ENTRIES, TournamentStanding } from "../src/schemas/tournament.ts";
import type { Api } from "./api.ts";
import { eventStream } from "./event_stream.ts";
import { created, embedderProblems, json, jsonBody, problems } from "./responses.ts";
import type { Services } from "./services.ts";
import { check } from "./validation.ts";

const tags = ["Jobs"];
const params = z.object({ id: idOf("job") });
const eventId = integerText(0, Number.MAX_SAFE_INTEGER);

export const submitJob = createRoute({
  method: "post",
  path: "/v1/jobs",
  operationId: "submitJob",
  tags,
  summary: "Train an encoder, hold a tournament, evaluate a model, or embed a collection",
  description:
    "Queued, then run in the background. Training survives a crash and goes on from its " +
    "checkpoint; its length is one of `epochs`, `steps` and `minutes`. A tournament trains several " +
    "objectives, each for the same time, and ranks every block of their encoders. Evaluation starts anew; what " +
    "it finds out is added to the model's card, and the model itself stays as it is.",
  request: { body: jsonBody(JobRequest) },
  responses: {
    202: created(Job, "The job, with nothing left to default"),
    ...problems("malformed", "not_found", "conflict", "too_large", "unsupported", "invalid"),
  },
});

export const planJob = createRoute({
  method: "post",
  path: "/v1/jobs/plan",
  operationId: "planJob",
  tags,
  summary: "What training or a tournament would take",
  description:
    "Memory and time of a job that is not submitted: memory is worked out from the network, time is " +
    "measured in a short run of it, which takes some seconds the first time. Meant to be within " +
    "25 % of what happens, on a machine that does nothing else. What cannot fit is refused, here " +
    "as in `POST /v1/jobs`, with what would. Of a tournament: what each entry would take, how many " +
    "steps it makes in its time, and how long all of it is with its probes; an entry that was asked " +
    "for and cannot fit is refused. A step of each is measured, so that the first plan of one takes " +
    "some seconds an entry.",
  request: { body: jsonBody(PlanRequest) },
  responses: {
    200: json(Plan, "The plan, of the type that was asked for"),
    ...embedderProblems(),
  },
});

export const listJobs = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  tags,
  summary: "List jobs",
  request: {
    query: z.strictObject({
      state: JobState.optional().meta({ description: "Only jobs in this state" }),
      limit: limitQuery(100, 1000),
    }),
  },
  responses: { 200: json(listOf(Job), "Newest first"), ...problems("invalid") },
});

export const getJob = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  tags,
  summary: "A job",
  request: { params },
  responses: { 200: json(Job, "The job"), ...problems("not_found", "invalid") },
});

const control = <Action extends "pause" | "resume" | "cancel">(action: Action, summary: string) =>
  createRoute({
    method: "post",
    path: `/v1/jobs/{id}/${action}` as const,
    operationId: `${action}Job`,
    tags,
    summary,
    description: "409 where the job's state does not allow it.",
    request: { params },
    responses: { 200: json(Job, "The job"), ...problems("not_found", "conflict", "invalid") },
  });

export const pauseJob = control("pause", "Pause a job at a checkpoint");
export const resumeJob = control("resume", "Go on with a paused job");
export const cancelJob = control("cancel", "Call a job off");

export const extendJob = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/extend",
  operationId: "extendJob",
  tags,
  summary: "Train on a job that has ended",
  description:
    "Goes on from the job's last checkpoint for so many more epochs, steps or minutes; " +
    "the learning rate's schedule begins anew over what was added (a warm restart). A new model " +
    "comes out. 409 unless the job succeeded or was cancelled, and still has its checkpoint.",
  request: { params, body: jsonBody(JobExtension) },
  responses: {
    202: json(Job, "The job, queued again"),
    ...problems("malformed", "not_found", "conflict", "too_large", "unsupported", "invalid"),
  },
});

export const jobEvents = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/events",
  operationId: "jobEvents",
  tags,
  summary: "What happens to a job, as server-sent events",
  description: "First the events on record after `Last-Event-ID` (or `after`), then new ones as " +
    "they happen; ends after the job's last event. `event` is the type, `data` a JobEvent.",
  parameters: [{
    name: "Last-Event-ID",
    in: "header",
    description: "Sent by browsers when they reconnect; comes before `after`",
    schema: { type: "integer", minimum: 0 },
  }],
  request: {
    params,
    query: z.strictObject({
      after: eventId.default(0)
        .meta({ description: "Leave out events up to this id", default: 0 }),
    }),
  },
  responses: {
    200: {
      description: "The events",
      content: { "text/event-stream": { schema: JobEvent } },
    },
    ...problems("not_found", "invalid"),
  },
});

export const jobMetrics = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/metrics",
  operationId: "jobMetrics",
  tags,
  summary: "A job's progress so far",
  request: { params, query: z.strictObject({ limit: limitQuery(1000, 10_000) }) },
  responses: {
    200: json(listOf(JobEvent), "Progress events, oldest first, thinned to `limit`"),
    ...problems("not_found", "invalid"),
  },
});

export const jobLosses = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/losses",
  operationId: "jobLosses",
  tags,
  summary: "The loss of every step",
  description: "As of the job's last checkpoint. On WASM a job that was interrupted has the same " +
    "losses, to the bit, as one that was not.",
  request: {
    params,
    query: z.strictObject({
      from: integerText(1, 100_000_000).default(1)
        .meta({ description: "The first step to answer", default: 1 }),
      limit: limitQuery(10_000, 1_000_000),
      entry: integerText(0, MOST_ENTRIES - 1).optional()
        .meta({ description: "Of a tournament, which needs it: which entry, from 0" }),
    }),
  },
  responses: { 200: json(JobLosses, "The losses"), ...problems("not_found", "invalid") },
});

export const jobTournament = createRoute({
  method: "get",
  path: "/v1/jobs/{id}/tournament",
  operationId: "jobTournament",
  tags,
  summary: "How a tournament stands",
  description:
    "Every judged block of every entry's encoder, the best first, beside the untrained " +
    "encoder's same block and raw pixels, and the model and block that is recommended. The same is " +
    "told as an event when an entry is trained, and when it is judged. 409 for a job of another type.",
  request: { params },
  responses: {
    200: json(TournamentStanding, "How it stands"),
    ...problems("not_found", "conflict", "invalid"),
  },
});

/**
 * Registers the routes.
 *
 * @param heartbeatMs Time between the comments that keep an event stream open.
 */
export function jobRoutes(api: Api, services: Services, heartbeatMs: number): void {
  const { jobs, log, stopping } = services;

  api.route(submitJob, async (c) => {
    const job = await jobs.submit(c.req.valid("json"));
    c.set("about", { jobId: job.id });
    return c.json(job, 202, { location: `/v1/jobs/${job.id}` });
  });
  // A measurement has a time limit of its own, and may wait for those before it.
  api.route(
    planJob,
    async (c) => c.json(await jobs.plan(c.req.valid("json"), c.get("signal")), 200),
    { timeLimit: false },
  );
  api.route(listJobs, async (c) => {
    const { state, limit } = c.req.valid("query");
    const filter = { limit, ...(state === undefined ? {} : { state }) };
    return c.json(list(await jobs.list(filter)), 200);
  });
  api.route(getJob, async (c) => c.json(await jobs.get(c.req.valid("param").id), 200));
  api.route(pauseJob, async (c) => c.json(await jobs.pause(c.req.valid("param").id), 200));
  api.route(resumeJob, async (c) => c.json(await jobs.resume(c.req.valid("param").id), 200));
  api.route(cancelJob, async (c) => c.json(await jobs.cancel(c.req.valid("param").id), 200));
  api.route(extendJob, async (c) => {
    const { id } = c.req.valid("param");
    c.set("about", { jobId: id });
    return c.json(await jobs.extend(id, c.req.valid("json")), 202);
  });

  api.route(jobEvents, async (c) => {
    const { id } = c.req.valid("param");
    const last = c.req.header("last-event-id");
    const after = last === undefined
      ? c.req.valid("query").after
      : check(eventId, last, "Last-Event-ID");
    // Before the stream begins: after it has, there is no status left to say it with.
    await jobs.get(id);
    return eventStream(c, {
      events: (signal) => jobs.events(id, after, signal),
      stopping,
      heartbeatMs,
      log,
    });
  }, { timeLimit: false });

  api.route(jobLosses, async (c) => {
    const { from, limit, entry } = c.req.valid("query");
    return c.json(await jobs.losses(c.req.valid("param").id, from, limit, entry), 200);
  });
  api.route(
    jobTournament,
    async (c) => c.json(await jobs.tournament(c.req.valid("param").id), 200),
  );
  api.route(jobMetrics, async (c) => {
    const { limit } = c.req.valid("query");
    return c.json(list(await jobs.metrics(c.req.valid("param").id, limit)), 200);
  });
}
