/**
 * Embeddings of a data set's items, asked for in pages and kept in the browser.
 *
 * @module
 */
import { call } from "./api.js";

/** Pictures a request: small enough to show progress, large enough to fill batches. */
const PAGE = 64;
/** Bytes a request, well below what the service takes. */
const PAGE_BYTES = 8 * 2 ** 20;
/** How often, and after how long, a full queue is asked again. */
const TRIES = 5;
const WAIT_MS = 1000;
/** Places in an unlabelled data set that items are taken from. */
const PLACES = 20;

/** Where an item's picture is: of a clip the first frame, as embeddings are of it. */
export function imageOf(dataset, index) {
  return `/v1/datasets/${dataset}/items/${index}/frames/0`;
}

/**
 * Items spread over a data set: the first of every label, or runs from evenly spread places where
 * there are no labels.
 *
 * @param {{id: string, count: number, classes: Record<string, number>}} dataset
 * @param {number} limit Most items.
 */
export async function chooseItems(dataset, limit) {
  const page = async (query) =>
    (await call(`/v1/datasets/${dataset.id}/items?${new URLSearchParams(query)}`)).data;
  const labels = Object.keys(dataset.classes);
  const labelled = Object.values(dataset.classes).reduce((sum, count) => sum + count, 0);
  // By label only where something must be left out, and every item has one.
  const byLabel = dataset.count > limit && labelled === dataset.count && labels.length <= limit;
  const runs = Math.min(PLACES, limit, dataset.count);
  const places = byLabel
    ? labels.map((label) => ({ label, offset: 0 }))
    : Array.from({ length: runs }, (_, i) => ({ offset: Math.floor(i * dataset.count / runs) }));
  const each = Math.min(1000, Math.max(1, Math.floor(limit / places.length)));
  const found = (await Promise.all(places.map((place) => page({ ...place, limit: each })))).flat();
  // Runs of a small data set overlap.
  const byIndex = new Map(found.map((item) => [item.index, item]));
  return [...byIndex.values()].sort((a, b) => a.index - b.index);
}

/**
 * The vectors of pictures, of unit length.
 *
 * @param {string} model Id. @param {Blob[]} pictures
 * @returns {Promise<Float32Array[]>}
 */
export async function embed(model, pictures) {
  const form = new FormData();
  form.set("model", model);
  form.set("encoding_format", "base64");
  for (const picture of pictures) form.append("input", picture, "picture");
  const { data } = await patiently(() => call("/v1/embeddings", { method: "POST", body: form }));
  return data.map(({ embedding }) => {
    const bytes = Uint8Array.from(atob(embedding), (letter) => letter.charCodeAt(0));
    return new Float32Array(bytes.buffer);
  });
}

/**
 * The vectors of a data set's items, page by page.
 *
 * @param {{model: string, dataset: object, limit: number, onProgress?: (done: number, of: number) => void}} options
 * @returns Items with a `vector` each.
 */
export async function embedItems({ model, dataset, limit, onProgress = () => {} }) {
  const items = await chooseItems(dataset, limit);
  const done = [];
  for (let at = 0; at < items.length; at += PAGE) {
    onProgress(at, items.length);
    const page = items.slice(at, at + PAGE);
    const pictures = await Promise.all(page.map(async ({ index }) => {
      const response = await fetch(imageOf(dataset.id, index));
      if (!response.ok) throw new Error(`Item ${index} cannot be read.`);
      return await response.blob();
    }));
    const vectors = [];
    for (const part of bySize(pictures)) vectors.push(...await embed(model, part));
    done.push(...page.map((item, i) => ({ ...item, vector: vectors[i] })));
  }
  onProgress(items.length, items.length);
  return done;
}

/** Runs of pictures that go into one request. @param {Blob[]} pictures */
function bySize(pictures) {
  const parts = [];
  let bytes = Infinity;
  for (const picture of pictures) {
    bytes += picture.size;
    if (bytes > PAGE_BYTES) {
      parts.push([]);
      bytes = picture.size;
    }
    parts.at(-1).push(picture);
  }
  return parts;
}

/** Waits while the service has too much to do. */
export async function patiently(ask) {
  for (let tries = 1;; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (error.status !== 429 || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

/**
 * The items most like a vector, best first.
 *
 * @template {{vector: Float32Array}} Item
 * @param {Item[]} items
 * @param {Float32Array} query Of unit length, as the items' vectors are.
 * @param {number} most
 * @returns {{item: Item, similarity: number}[]}
 */
export function nearest(items, query, most) {
  return items.map((item) => ({ item, similarity: dot(item.vector, query) }))
    .sort((a, b) => b.similarity - a.similarity).slice(0, most);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
