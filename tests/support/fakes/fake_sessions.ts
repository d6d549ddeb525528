/** Sessions that count their steps. @module */
import { NotFoundError } from "../../../src/errors.ts";
import type { Model } from "../../../src/schemas/model.ts";
import { newId } from "../../../src/schemas/name.ts";
import type { SessionRequest, SessionStep } from "../../../src/schemas/session.ts";
import type { SessionService } from "../../../routes/services.ts";
import { fakeModel, type FakeModels } from "./fake_models.ts";

/** Keeps sessions. */
export class FakeSessions implements SessionService {
  readonly #models: FakeModels;
  readonly #sessions = new Map<string, { id: string; step: number; createdAt: string }>();
  /** The requests they were made by. */
  readonly requests: SessionRequest[] = [];

  constructor(models: FakeModels) {
    this.#models = models;
  }

  create(request: SessionRequest): Promise<{ id: string; expiresInSeconds: number }> {
    this.requests.push(request);
    const id = newId("session");
    this.#sessions.set(id, { id, step: 0, createdAt: new Date(0).toISOString() });
    return Promise.resolve({ id, expiresInSeconds: 600 });
  }

  list() {
    return Promise.resolve([...this.#sessions.values()]);
  }

  async step(id: string): Promise<SessionStep> {
    const session = await this.#get(id);
    session.step++;
    return {
      step: session.step,
      loss: 2,
      contrastiveAccuracy: 0.5,
      gradientNorm: 1,
      learningRate: 0.002,
    };
  }

  async save(id: string, name: string): Promise<Model> {
    await this.#get(id);
    return this.#models.add(fakeModel(name, ["simclr"]));
  }

  async delete(id: string): Promise<void> {
    await this.#get(id);
    this.#sessions.delete(id);
  }

  #get(id: string) {
    const found = this.#sessions.get(id);
    return found === undefined
      ? Promise.reject(new NotFoundError(`Cannot find the session: no such id, ${id}`))
      : Promise.resolve(found);
  }
}
