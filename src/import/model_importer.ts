/**
 * Model importer: `.alike` files become models. A file is read as a stream: first its head, whose
 * weights are checked by name and shape, then its numbers, which go to the blob store and into the
 * digest at the same time. The model has its row once the digest is what the file says and an
 * embedder computes the golden vectors again; until then a failure leaves nothing.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Clock, systemClock } from "../clock.ts";
import { ByteReader } from "../datasets/byte_reader.ts";
import { AlikeError, ConflictError, InvalidError, reasonOf } from "../errors.ts";
import type { AlikeManifest } from "../schemas/alike_file.ts";
import type { Model, ModelSpec } from "../schemas/model.ts";
import { newId } from "../schemas/name.ts";
import type { BlobStore } from "../stores/blobs.ts";
import { encodeDescription } from "../stores/model_description.ts";
import { descriptionKey, modelFolder, weightsKey } from "../stores/model_keys.ts";
import type { ModelStore } from "../stores/model_store.ts";
import { compareGolden } from "./compare_golden.ts";
import { type AlikeHead, type CheckManifest, readAlikeHead, refuse } from "./read_alike_head.ts";

/** What runs the model before it is one. */
export interface ModelProver {
  /** @throws {InvalidError} With each weight that is missing, too many or of another shape. */
  checkWeights(
    spec: ModelSpec,
    shapes: Map<string, number[]>,
    options: { signal: AbortSignal },
  ): Promise<void>;
  embed(
    model: Model,
    images: Uint8Array[],
    options: { signal: AbortSignal },
  ): Promise<{ embeddings: Float32Array }>;
  forget(model: string): void;
}

/** What {@linkcode ModelImporter} takes. */
export interface ModelImporterOptions {
  models: Pick<ModelStore, "insert" | "withDigest">;
  blobs: Pick<BlobStore, "put" | "deleteAll">;
  prover: ModelProver;
  check: CheckManifest;
  /** @default {systemClock} */
  clock?: Clock;
}

/** A file that is sent. */
export interface ModelUpload {
  body: ReadableStream<Uint8Array>;
  /** Instead of the name in the file. */
  name?: string | undefined;
  signal: AbortSignal;
}

/** Imports models. */
export class ModelImporter {
  readonly #options: ModelImporterOptions;
  /** Digests of models that are being imported. */
  readonly #underWay = new Set<string>();

  constructor(options: ModelImporterOptions) {
    this.#options = options;
  }

  /**
   * Reads a file to its end and makes a model of it.
   *
   * @returns The model, and whether it is new: one of the same digest is not stored twice.
   * @throws {InvalidError} If the file is damaged, cut short, or of another kind, or if what this
   * service computes is not what the file says. @throws {ConflictError} While the same model is
   * being imported. @throws As {@linkcode ModelProver} and the stores do.
   */
  async import({ body, name, signal }: ModelUpload): Promise<{ model: Model; created: boolean }> {
    const chunks = body.values();
    const reader = new ByteReader(chunks);
    try {
      const head = await readAlikeHead(reader, this.#options.check);
      const { digest } = head.manifest;
      const known = await this.#options.models.withDigest(digest);
      if (known !== undefined) {
        // A file that only claims to be the model is not taken for it.
        for await (const _ of checked(reader, head));
        return { model: known, created: false };
      }
      if (this.#underWay.has(digest)) {
        throw new ConflictError(
          `Cannot import the model: another request is importing it, ${digest}`,
          { errors: [{ path: "digest", rule: "must not be under way already", value: digest }] },
        );
      }
      this.#underWay.add(digest);
      try {
        return { model: await this.#store(reader, head, name, signal), created: true };
      } finally {
        this.#underWay.delete(digest);
      }
    } finally {
      // What is left of a body that was refused is not waited for.
      await chunks.return?.().catch(() => {});
    }
  }

  async #store(
    reader: ByteReader,
    head: AlikeHead,
    name: string | undefined,
    signal: AbortSignal,
  ): Promise<Model> {
    const { models, blobs, prover, clock = systemClock } = this.#options;
    const { manifest } = head;
    await prover.checkWeights(manifest.spec, head.shapes, { signal });
    const id = newId("model");
    const at = new Date(clock.now()).toISOString();
    let recording = false;
    try {
      const bytes = await blobs.put(weightsKey(id), ReadableStream.from(checked(reader, head)));
      const model = modelOf(manifest, { id, name, bytes, at });
      await blobs.put(descriptionKey(id), encodeDescription(model));
      await this.#prove(model, manifest, signal);
      signal.throwIfAborted();
      recording = true;
      await models.insert(model);
      return model;
    } catch (error) {
      // With a database that is away one cannot know whether the row is there.
      const unsure = recording && error instanceof AlikeError && error.code === "unavailable";
      if (!unsure) {
        prover.forget(id);
        // Should this fail too, the sweep at the next start finds them without a row.
        await blobs.deleteAll(modelFolder(id)).catch(() => {});
      }
      throw error;
    }
  }

  /** @throws {InvalidError} If the golden vectors are not what an embedder computes. */
  async #prove(model: Model, { golden }: AlikeManifest, signal: AbortSignal): Promise<void> {
    const images = golden.map(({ image }) => Uint8Array.fromBase64(image));
    let embeddings: Float32Array;
    try {
      ({ embeddings } = await this.#options.prover.embed(model, images, { signal }));
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error;
      const errors = error.errors.map((fault) => ({
        ...fault,
        path: fault.path.replace(/^input(\[\d+\])?/, "golden$1.image"),
      }));
      throw new InvalidError(`Cannot import the model: ${reasonOf(error.message)}`, {
        cause: error,
        errors,
      });
    }
    compareGolden(golden, embeddings);
  }
}

/** The file to store, which must turn out to have the digest that it says. @throws {InvalidError} */
async function* checked(
  reader: ByteReader,
  { spec, stored, dataBytes, manifest }: AlikeHead,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256").update(spec).update(stored);
  yield stored;
  let length = 0;
  for await (const chunk of reader.rest()) {
    length += chunk.length;
    if (length > dataBytes) break;
    hash.update(chunk);
    yield chunk;
  }
  if (length !== dataBytes) {
    const rule = `must have ${dataBytes} bytes of weights, as its header says`;
    throw refuse("body", rule, length > dataBytes ? "more" : length);
  }
  const digest = hash.digest("hex");
  if (digest !== manifest.digest) {
    throw refuse("digest", `must be that of spec and weights, ${digest}`, manifest.digest);
  }
}

function modelOf(
  { id: original, name: originalName, digest, spec, card, createdAt }: AlikeManifest,
  { id, name, bytes, at }: { id: string; name: string | undefined; bytes: number; at: string },
): Model {
  const imported = { model: original, name: originalName, createdAt };
  return {
    id,
    name: name ?? originalName,
    digest,
    spec,
    card: { ...card, imported: card.imported ?? imported },
    bytes,
    // Jobs have no meaning elsewhere.
    job: null,
    createdAt: at,
  };
}
