import { assertEquals, assertRejects } from "@std/assert";
import type { SessionService as Contract } from "../../../routes/services.ts";
import {
  ConflictError,
  InvalidError,
  NotFoundError,
  OverloadedError,
  UnavailableError,
  WorkerDiedError,
} from "../../../src/errors.ts";
import { SessionService } from "../../../src/jobs/session_service.ts";
import { silentLogger } from "../../../src/log.ts";
import { SessionRequest } from "../../../src/schemas/session.ts";
import type { BlobStore } from "../../../src/stores/blobs.ts";
import { ModelStore } from "../../../src/stores/model_store.ts";
import { FakeClock, settle } from "../../support/fake_clock.ts";
import { withMemoryDatabase } from "../../support/memory_database.ts";
import { withBlobs } from "../../support/temp_blobs.ts";

interface Bench {
  sessions: SessionService;
  models: ModelStore;
  blobs: BlobStore;
  clock: FakeClock;
  create(seed?: number): Promise<string>;
}

async function withSessions(work: (bench: Bench) => Promise<void>): Promise<void> {
  await withMemoryDatabase((database) =>
    withBlobs(async (blobs) => {
      const models = new ModelStore(database, blobs);
      const clock = new FakeClock();
      const sessions = new SessionService({
        config: { backend: "wasm", maxPixels: 1000 },
        workerUrl: new URL("../../support/fake_session.ts", import.meta.url),
        models,
        blobs,
        log: silentLogger,
        clock,
        maxSessions: 2,
      });
      const create = async (seed = 0) => {
        const { id, expiresInSeconds } = await sessions.create(SessionRequest.parse({ seed }));
        assertEquals(expiresInSeconds, 900);
        return id;
      };
      try {
        await work({ sessions, models, blobs, clock, create });
      } finally {
        sessions.stop();
        await settle();
        assertEquals(clock.waiting, 0);
      }
    })
  );
}

const images = (...texts: string[]) => ({ images: texts.map((text) => btoa(text)) });

Deno.test("sessions are what the routes expect", () =>
  // Checked by the compiler.
  withSessions(({ sessions }) => Promise.resolve(void (sessions satisfies Contract))));

Deno.test("a session steps with images or views, as data URIs or base64, and counts", () =>
  withSessions(async ({ sessions, create }) => {
    const id = await create();
    const first = await sessions.step(id, {
      images: [btoa("abc"), `data:image/png;base64,${btoa("de")}`],
    });
    assertEquals([first.step, first.loss], [1, 5]);
    const second = await sessions.step(id, {
      views: [[btoa("a"), btoa("a")], [btoa("a"), btoa("aaaa")]],
    });
    assertEquals([second.step, second.loss], [2, 7]);
    const [listed] = await sessions.list();
    assertEquals([listed?.id, listed?.step], [id, 2]);
  }));

Deno.test("sessions do not know of each other", () =>
  withSessions(async ({ sessions, create }) => {
    const [a, b] = [await create(), await create()];
    await sessions.step(a, images("a", "b"));
    assertEquals((await sessions.step(b, images("a", "b"))).step, 1);
    assertEquals((await sessions.list()).map(({ id, step }) => [id, step]), [[a, 1], [b, 1]]);
  }));

Deno.test("what is no image is named, before and in the worker", () =>
  withSessions(async ({ sessions, create }) => {
    const id = await create();
    const text = await assertRejects(
      () => sessions.step(id, { images: [btoa("a"), "???", "https://example.org/a.png"] }),
      InvalidError,
    );
    assertEquals(text.errors.map(({ path }) => path), ["images[1]", "images[2]"]);
    const views = await assertRejects(
      () => sessions.step(id, { views: [[btoa("a"), btoa("a")], [btoa("a"), "data:text/plain,"]] }),
      InvalidError,
    );
    assertEquals(views.errors.map(({ path }) => path), ["views[1][1]"]);
    const bytes = await assertRejects(() => sessions.step(id, images("bad", "a")), InvalidError);
    assertEquals(bytes.errors.map(({ path }) => path), ["images[0]"]);
    assertEquals((await sessions.step(id, images("a", "a"))).step, 1);
  }));

Deno.test("a session that does not exist is not found", () =>
  withSessions(async ({ sessions }) => {
    const id = "session_0000000000000000";
    await assertRejects(() => sessions.step(id, images("a", "a")), NotFoundError);
    await assertRejects(() => sessions.save(id, "model"), NotFoundError);
    await assertRejects(() => sessions.delete(id), NotFoundError);
  }));

Deno.test("a session does one thing at a time, and can be deleted at it", () =>
  withSessions(async ({ sessions, create }) => {
    const id = await create();
    const waiting = sessions.step(id, images("w", "a"));
    await assertRejects(() => sessions.step(id, images("a", "a")), ConflictError);
    await assertRejects(() => sessions.save(id, "model"), ConflictError);
    const rejected = assertRejects(() => waiting, WorkerDiedError, "was deleted");
    await sessions.delete(id);
    await rejected;
    assertEquals(await sessions.list(), []);
    await assertRejects(() => sessions.step(id, images("a", "a")), NotFoundError);
  }));

Deno.test("a session whose worker dies is over", () =>
  withSessions(async ({ sessions, create }) => {
    const id = await create();
    await assertRejects(
      () => sessions.step(id, images("x", "a")),
      WorkerDiedError,
      "the driver is gone",
    );
    await assertRejects(() => sessions.step(id, images("a", "a")), NotFoundError);
  }));

Deno.test("there are only so many sessions, and the answer says when one may end", () =>
  withSessions(async ({ sessions, create, clock }) => {
    const first = await create();
    await clock.advance(300_000);
    // One that is still starting counts.
    const second = create();
    const error = await assertRejects(() => create(), OverloadedError, "there are 2 already");
    assertEquals(error.retryAfterSeconds, 600);
    await second;
    await sessions.delete(first);
    await create();
  }));

Deno.test("a session that does not start leaves its place free", () =>
  withSessions(async ({ create }) => {
    for (let i = 0; i < 3; i++) {
      await assertRejects(() => create(13), UnavailableError, "no luck");
    }
    await create();
  }));

Deno.test("a session that is not used ends, one that is used does not", () =>
  withSessions(async ({ sessions, create, clock }) => {
    const [used, unused] = [await create(), await create()];
    await clock.advance(899_999);
    await sessions.step(used, images("a", "a"));
    await clock.advance(1);
    assertEquals((await sessions.list()).map(({ id }) => id), [used]);
    await assertRejects(() => sessions.step(unused, images("a", "a")), NotFoundError);
    await clock.advance(900_000);
    assertEquals(await sessions.list(), []);
  }));

Deno.test("a step does not run out of time", () =>
  withSessions(async ({ sessions, create, clock }) => {
    const id = await create();
    const waiting = sessions.step(id, images("w", "a"));
    const rejected = assertRejects(() => waiting, WorkerDiedError);
    await clock.advance(2_000_000);
    assertEquals((await sessions.list()).length, 1);
    await sessions.delete(id);
    await rejected;
  }));

Deno.test("a saved session is a model like any other, and goes on", () =>
  withSessions(async ({ sessions, create, models, blobs }) => {
    const id = await create();
    await sessions.step(id, images("a", "a"));
    const model = await sessions.save(id, "mine");
    assertEquals(await models.resolve("mine"), model);
    assertEquals([model.job, model.card.steps], [null, 1]);
    assertEquals(await blobs.size(`models/${model.id}/weights.safetensors`), model.bytes);
    assertEquals((await sessions.step(id, images("a", "a"))).step, 2);
  }));

Deno.test("a model that cannot be registered leaves no weights", () =>
  withSessions(async ({ sessions, create, blobs }) => {
    const id = await create();
    await assertRejects(() => sessions.save(id, "no name at all"));
    for await (const key of blobs.list("models")) throw new Error(`left behind: ${key}`);
  }));

Deno.test("after a stop there are no sessions, and none can be started", () =>
  withSessions(async ({ sessions, create }) => {
    const id = await create();
    const waiting = sessions.step(id, images("w", "a"));
    const starting = create();
    const rejected = [
      assertRejects(() => waiting, WorkerDiedError),
      assertRejects(() => starting, UnavailableError, "stopping"),
    ];
    sessions.stop();
    await Promise.all(rejected);
    assertEquals(await sessions.list(), []);
    await assertRejects(() => create(), UnavailableError, "stopping");
  }));
