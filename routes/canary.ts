/** Canary: a new model beside the current one on the same items, before it takes over. @module */
import { ConflictError } from "../src/errors.ts";
import { Random } from "../src/random.ts";
import type { Canary, CanaryReport } from "../src/schemas/alias.ts";
import type { Model } from "../src/schemas/model.ts";
import { drift, neighbourOverlap } from "../src/search/neighbour_overlap.ts";
import { unitVectors } from "../src/stores/unit_vectors.ts";
import type { CallOptions, Services } from "./services.ts";
import { invalid } from "./validation.ts";

/** Images in a call to the embedder: others come in between, and no more are in memory. */
const BATCH = 32;

/**
 * Compares two models.
 *
 * @throws {ConflictError} With the figures, if they agree on too few neighbours.
 * @throws {InvalidError} If the data set has too few items.
 */
export async function runCanary(
  services: Pick<Services, "collections" | "datasets" | "embedder">,
  canary: Canary,
  { current, next }: { current: Model; next: Model },
  call: CallOptions,
): Promise<CanaryReport> {
  const { collections, datasets } = services;
  const source = canary.collection === undefined
    ? canary.dataset!
    : (await collections.get(canary.collection)).dataset;
  const { id, count, name } = await datasets.get(source);
  if (count <= canary.k) {
    const rule = `must be less than the items of ${name}, ${count}`;
    throw invalid([{ path: "canary.k", rule, value: canary.k }]);
  }
  const sample = [
    ...new Random(canary.seed).stream("canary").permutation(count).slice(0, canary.sample),
  ];
  const a: Float32Array[] = [];
  const b: Float32Array[] = [];
  for (let start = 0; start < sample.length; start += BATCH) {
    const images: Uint8Array[] = [];
    for (const index of sample.slice(start, start + BATCH)) {
      images.push((await datasets.image(id, index)).bytes);
    }
    a.push(...await embed(services, current, images, call));
    b.push(...await embed(services, next, images, call));
  }
  const report = {
    dataset: id,
    sample: sample.length,
    k: canary.k,
    overlap: neighbourOverlap(a, b, canary.k),
    drift: drift(a, b),
    minOverlap: canary.minOverlap,
  };
  if (report.overlap >= canary.minOverlap) return report;
  const figures = `overlap ${report.overlap.toFixed(3)}, drift ${report.drift.toFixed(3)}, ` +
    `${report.sample} items, ${report.k} neighbours each`;
  throw new ConflictError(
    `Cannot promote the model: its neighbours differ too much from the current one's (${figures})`,
    {
      errors: [
        {
          path: "canary.minOverlap",
          rule: `must be at most the overlap that was found, ${report.overlap}`,
          value: canary.minOverlap,
        },
      ],
    },
  );
}

/** Rows of length 1; one of zeros stays so, and is nobody's neighbour. */
async function embed(
  { embedder }: Pick<Services, "embedder">,
  model: Model,
  images: Uint8Array[],
  call: CallOptions,
): Promise<Float32Array[]> {
  const { embeddings, dimensions } = await embedder.embed(model, images, call);
  return unitVectors(embeddings, dimensions).map((unit) => unit ?? new Float32Array(dimensions));
}
