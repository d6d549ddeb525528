/** Chooses a worker's backend and proves it. @module */
import { UnavailableError } from "../src/errors.ts";
import type { Logger } from "../src/log.ts";
import {
  type BackendPreference,
  type BackendReport,
  selectBackend,
} from "../src/tensor/backend.ts";
import { proveBackend } from "./prove_backend.ts";

/**
 * A backend that training may rely on.
 *
 * @throws {UnavailableError} If it cannot run here, or answers wrong numbers.
 */
export async function startTrainingBackend(
  preference: BackendPreference,
  log: Logger,
): Promise<BackendReport> {
  const backend = await selectBackend(preference, log);
  const wrong = (await proveBackend()).filter(({ ok }) => !ok);
  if (wrong.length > 0) {
    const kernels = wrong.map(({ kernel, message }) => `${kernel} (${message})`).join(", ");
    throw new UnavailableError(
      `Cannot train on ${backend.name} (${backend.adapter}): its self-test failed, ${kernels}`,
    );
  }
  return backend;
}
